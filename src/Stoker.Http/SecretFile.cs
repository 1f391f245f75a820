namespace Stoker.Http;

/// <summary>
/// A secret in a file, read anew each time, so that its rotation needs no reload. While the file is replaced in a way that leaves it empty or away
/// for a moment, its last content stands in for it; after <see cref="Grace"/> the file is at fault. Safe from several threads.
/// </summary>
/// <param name="argument">The argument that names the file, for messages.</param>
internal sealed class SecretFile(string argument, string path, TimeProvider time)
{
    // Far longer than any program takes to write a line, and far too short to hide a mistake.
    public static readonly TimeSpan Grace = TimeSpan.FromSeconds(10);

    // Guards the fields below.
    private readonly Lock _lock = new();
    private string? _last;
    private long? _badSince;

    /// <summary>The content without the white space around it. Never empty, and a line that a header can carry.</summary>
    /// <exception cref="HttpRequestException">The file cannot be used; the message names argument, file and reason.</exception>
    public async ValueTask<string> ReadAsync(CancellationToken cancellationToken)
    {
        string fault;
        try
        {
            string content = (await BoundedFile.ReadAsync($"{argument} \"{path}\"", path, cancellationToken)).Trim();
            if (content.Length > 0 && HeaderArguments.IsValidValue(content))
            {
                lock (_lock)
                {
                    _last = content;
                    _badSince = null;
                }

                return content;
            }

            fault = content.Length == 0
                ? $"{argument} \"{path}\" is empty"
                : $"{argument} \"{path}\" should hold one line, but holds several or a control character";
        }
        catch (HttpRequestException exception)
        {
            fault = exception.Message;
        }

        return LastGood() ?? throw new HttpRequestException(fault);
    }

    private string? LastGood()
    {
        lock (_lock)
        {
            _badSince ??= time.GetTimestamp();
            if (time.GetElapsedTime(_badSince.Value) >= Grace)
            {
                _last = null;
            }

            return _last;
        }
    }
}
