using System.ComponentModel;
using System.Diagnostics;
using System.Text;
using Stoker.Components;
using Stoker.Syntax;

namespace Stoker.Content.Git;

/// <summary>
/// Runs the installed <c>git</c> for one repository: with a deadline, never asking anybody, without hooks and background work, with no transports but the
/// known ones, and with credentials in the environment only, where no list of processes shows them.
/// </summary>
internal sealed class GitProgram(GitCredentials credentials, TimeProvider time, string program = "git")
{
    private const int MaxPrintedBytes = 1 << 20;

    // For what asks a server; the first fetch of a large repository takes its time.
    public static readonly TimeSpan NetworkDeadline = TimeSpan.FromMinutes(5);
    public static readonly TimeSpan LocalDeadline = TimeSpan.FromMinutes(1);

    /// <summary>Runs git once.</summary>
    /// <returns>What it printed; or why it failed, one line without secrets.</returns>
    public async Task<(string? Output, string? Fault)> RunAsync(
        string folder, TimeSpan deadline, IReadOnlyList<string> arguments, CancellationToken cancellationToken)
    {
        try
        {
            ProcessEnd end = await BoundedProcess.RunAsync(StartInfo(folder, arguments), MaxPrintedBytes, deadline, time, cancellationToken);
            return end.ExitCode == 0 ? (end.Output ?? "", null) : (null, Explain(end));
        }
        catch (Win32Exception exception)
        {
            return (null, Directory.Exists(folder)
                ? $"the program git cannot be started ({exception.Message}): install it where the agent runs (on Debian: apt-get install git)"
                : $"the directory {folder} is gone");
        }
        catch (TimeoutException)
        {
            return (null, $"git {arguments[0]} did not end within {GoDuration.Format(deadline)}");
        }
    }

    private ProcessStartInfo StartInfo(string folder, IReadOnlyList<string> arguments)
    {
        var start = new ProcessStartInfo(program, arguments) { WorkingDirectory = folder };

        // What steers git elsewhere, or makes it print what it sends, is not for this git.
        foreach (string name in start.Environment.Keys.Where(IsForeign).ToList())
        {
            start.Environment.Remove(name);
        }

        (string Name, string Value)[] settings =
        [
            ("core.hooksPath", "/dev/null"),
            ("core.fsmonitor", "false"),
            ("core.logAllRefUpdates", "false"),
            ("advice.detachedHead", "false"),
            ("init.defaultBranch", "none"),

            // Housekeeping in the background would outlive the program.
            ("gc.autoDetach", "false"),
            ("maintenance.autoDetach", "false"),
            ("submodule.recurse", "false"),
            .. credentials.Settings,
        ];
        start.Environment["GIT_CONFIG_COUNT"] = $"{settings.Length}";
        for (int i = 0; i < settings.Length; i++)
        {
            start.Environment[$"GIT_CONFIG_KEY_{i}"] = settings[i].Name;
            start.Environment[$"GIT_CONFIG_VALUE_{i}"] = settings[i].Value;
        }

        start.Environment["GIT_ALLOW_PROTOCOL"] = "file:git:http:https:ssh";
        start.Environment["GIT_TERMINAL_PROMPT"] = "0";
        start.Environment["GIT_ASKPASS"] = "";
        start.Environment["SSH_ASKPASS"] = "/bin/false";
        start.Environment["SSH_ASKPASS_REQUIRE"] = "force";
        start.Environment["LC_ALL"] = "C";
        foreach ((string name, string value) in credentials.Variables)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    // The user's certificates, proxies and way to run ssh stay.
    private static bool IsForeign(string name) =>
        name.StartsWith("GIT_", StringComparison.Ordinal)
        && !name.StartsWith("GIT_SSL_", StringComparison.Ordinal)
        && !name.StartsWith("GIT_SSH", StringComparison.Ordinal)
        && !name.StartsWith("GIT_PROXY", StringComparison.Ordinal)
        && name != "GIT_EXEC_PATH";

    private string Explain(ProcessEnd end)
    {
        string errors = (end.Errors ?? "").Trim();
        string remedy = errors switch
        {
            _ when Has("couldn't find remote ref") || Has("not our ref") => "; revision should be a branch, a tag or a commit of the repository",
            _ when Has("could not read Username") || Has("could not read Password") => "; the repository wants credentials: add a basic_auth block",
            _ when Has("Authentication failed") || Has("HTTP 403") || Has("error: 403") => "; check basic_auth",
            _ when Has("Host key verification failed") => "; add the server's key to the known_hosts of the user that runs the agent",
            _ when Has("Permission denied (") => "; check ssh_key",
            _ when Has("incorrect passphrase") => "; check the passphrase of ssh_key",
            _ => "",
        };

        // The last line says what the others led to, but the first with "fatal" says why.
        string line = errors.Split('\n').FirstOrDefault(candidate => candidate.StartsWith("fatal: ", StringComparison.Ordinal)) ?? errors;
        return errors.Length == 0
            ? $"git ended with code {end.ExitCode} and says nothing about it"
            : $"git says {PrintableBytes.Show(Encoding.UTF8.GetBytes(line), credentials.Hide)}{remedy}";

        bool Has(string text) => errors.Contains(text, StringComparison.OrdinalIgnoreCase);
    }
}
