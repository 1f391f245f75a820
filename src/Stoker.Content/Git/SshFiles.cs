namespace Stoker.Content.Git;

/// <summary>The files that ssh needs while git fetches, for this user only; they are deleted at disposal.</summary>
internal sealed class SshFiles : IDisposable
{
    public const string PassphraseVariable = "STOKER_GIT_PASSPHRASE";

    // ssh also asks whether to trust an unknown server; that gets no answer.
    private const string AskPass = $$"""
        #!/bin/sh
        case "$1" in
          *assphrase*) printf '%s\n' "${{PassphraseVariable}}" ;;
          *) exit 1 ;;
        esac

        """;

    private readonly List<string> _written = [];

    /// <param name="folder">Where they are written.</param>
    /// <exception cref="IOException">They cannot be written; also <see cref="UnauthorizedAccessException"/>.</exception>
    public SshFiles(GitSshKeyArguments arguments, string folder)
    {
        AskPassPath = Path.Combine(folder, "ssh_askpass");
        string? keyPath = arguments.KeyFile.Length > 0 ? Path.GetFullPath(arguments.KeyFile) : null;
        try
        {
            if (arguments.Key.Content.Length > 0)
            {
                keyPath = Path.Combine(folder, "ssh_key");

                // ssh wants the last line whole.
                Write(keyPath, arguments.Key.Content.TrimEnd() + "\n", UnixFileMode.UserRead | UnixFileMode.UserWrite);
            }

            if (arguments.Passphrase.Content.Length > 0)
            {
                Write(AskPassPath, AskPass, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        string identity = keyPath is null ? "" : $" -i {Quote(keyPath)} -o IdentitiesOnly=yes -o IdentityAgent=none";
        Command = $"ssh -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no -l {Quote(arguments.Username)}{identity}";
    }

    /// <summary>The command that git runs in place of ssh, for a shell.</summary>
    public string Command { get; }

    public string AskPassPath { get; }

    public void Dispose()
    {
        foreach (string path in _written)
        {
            File.Delete(path);
        }
    }

    private static string Quote(string text) => $"'{text.Replace("'", "'\\''", StringComparison.Ordinal)}'";

    private void Write(string path, string text, UnixFileMode mode)
    {
        // Anew, because the mode counts for a new file only.
        File.Delete(path);
        _written.Add(path);
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
        {
            options.UnixCreateMode = mode;
        }

        using var stream = new FileStream(path, options);
        stream.Write(System.Text.Encoding.UTF8.GetBytes(text));
    }
}
