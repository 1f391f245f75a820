using Stoker.Components;

namespace Stoker.Content.Files;

/// <summary>Reads a file or directory again and again.</summary>
internal sealed class FileContentSource(string path, FileWatchArguments watch, ComponentContext context, Func<ContentRead> read) : IContentSource
{
    public string Name => path;

    public ContentRead ReadNow() => read();

    public async Task RunAsync(ContentReports reports, CancellationToken cancellationToken)
    {
        while (true)
        {
            reports.Tell(read());
            await Task.Delay(watch.PollFrequency, context.Time, cancellationToken);
        }
    }
}
