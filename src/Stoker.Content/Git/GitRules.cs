using Stoker.Components.Arguments;

namespace Stoker.Content.Git;

/// <summary>What is a mistake in an <c>import.git</c> block beyond the types.</summary>
internal static class GitRules
{
    private static readonly HashSet<string> Special = ["HEAD", "FETCH_HEAD", "ORIG_HEAD", "MERGE_HEAD", "CHERRY_PICK_HEAD"];

    public static void Check(ImportGitArguments arguments, ValidationContext context)
    {
        if (RevisionFault(arguments.Revision) is { } revision)
        {
            context.Error("revision", $"revision {revision}; write the name of a branch or tag, or a commit");
        }

        if (context.IsSet("path") && PathFault(arguments.Path) is { } path)
        {
            context.Error("path", $"path {path}; write the path of a file or directory, seen from the root of the repository");
        }

        if (arguments.PullFrequency != TimeSpan.Zero)
        {
            PollInterval.Check(arguments.PullFrequency, context, "pull_frequency");
        }

        // In the questions that git asks for credentials, a line is an answer.
        CheckLine("basic_auth/username", arguments.BasicAuth?.Username, context);
        CheckLine("basic_auth/password", arguments.BasicAuth?.Password.Content, context);
        CheckLine("ssh_key/username", arguments.SshKey?.Username, context);
        CheckLine("ssh_key/key_file", arguments.SshKey?.KeyFile, context);
        CheckLine("ssh_key/passphrase", arguments.SshKey?.Passphrase.Content, context);
        if (arguments.SshKey?.Username.StartsWith('-') == true)
        {
            context.Error("ssh_key/username", "username begins with -, which ssh would take for an option");
        }
    }

    private static void CheckLine(string place, string? text, ValidationContext context)
    {
        if (text?.Any(char.IsControl) == true)
        {
            context.Error(place, $"{place[(place.IndexOf('/') + 1)..]} holds a line break or another control character");
        }
    }

    // git-check-ref-format(1); and nothing that git would take for an option, a refspec or an expression.
    private static string? RevisionFault(string revision) =>
        revision.Trim().Length == 0 ? "is empty"
        : Special.Contains(revision) ? $"cannot be {revision}, which means another commit in every repository"
        : revision.StartsWith('-') ? "begins with -, which git would take for an option"
        : revision.StartsWith('+') || revision.Any(c => char.IsControl(c) || " ~^:?*[\\".Contains(c)) || revision.Contains("..") || revision.Contains("@{")
            ? "has characters that no name can have"
        : null;

    private static string? PathFault(string path) =>
        path.Trim().Length == 0 ? "is empty"
        : path.Any(char.IsControl) ? "holds a line break or another control character"
        : path.Split('/').Contains("..") ? "leads out of the repository"
        : path.TrimStart('/').Split('/')[0] == ".git" ? "leads into git's own files"
        : null;
}
