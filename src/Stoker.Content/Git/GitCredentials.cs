namespace Stoker.Content.Git;

/// <summary>How git is told who asks: settings that name no secret, and variables that hold them. Immutable.</summary>
/// <param name="Settings">Entries of git's configuration.</param>
/// <param name="Variables">Variables of git's environment.</param>
/// <param name="Secrets">What no message may hold.</param>
internal sealed record GitCredentials(
    IReadOnlyList<(string Name, string Value)> Settings, IReadOnlyList<(string Name, string Value)> Variables, IReadOnlyList<string> Secrets)
{
    private const string UserVariable = "STOKER_GIT_USERNAME";
    private const string PasswordVariable = "STOKER_GIT_PASSWORD";

    // git runs it through the shell with the word of what it wants.
    private const string Helper = $$"""
        !f() { test "$1" = get && printf 'username=%s\npassword=%s\n' "${{UserVariable}}" "${{PasswordVariable}}"; }; f
        """;

    /// <summary>The text without what is secret.</summary>
    public string Hide(string text) =>
        Secrets.Where(secret => secret.Length > 0).OrderByDescending(secret => secret.Length)
            .Aggregate(text, (shown, secret) => shown.Replace(secret, "(secret)", StringComparison.Ordinal));

    /// <param name="ssh">The files for ssh; null where there is no <c>ssh_key</c>.</param>
    public static GitCredentials Create(ImportGitArguments arguments, GitRepository repository, SshFiles? ssh)
    {
        var settings = new List<(string, string)>();
        var variables = new List<(string, string)>();
        var secrets = new List<string>();
        (string Name, string Password)? user = arguments.BasicAuth is { } basic ? (basic.Username, basic.Password.Content) : repository.User;
        if (user is { } known && repository.Origin is { } origin)
        {
            // Bound to the server, so that no redirect gets them; and no other helper of the machine is asked or told.
            settings.Add(("credential.helper", ""));
            settings.Add(($"credential.{origin}.helper", ""));
            settings.Add(($"credential.{origin}.helper", Helper));
            variables.Add((UserVariable, known.Name));
            variables.Add((PasswordVariable, known.Password));
            secrets.Add(known.Password);
        }

        if (arguments.SshKey is { } key && ssh is not null)
        {
            variables.Add(("GIT_SSH_COMMAND", ssh.Command));
            if (key.Passphrase.Content.Length > 0)
            {
                variables.Add(("SSH_ASKPASS", ssh.AskPassPath));
                variables.Add((SshFiles.PassphraseVariable, key.Passphrase.Content));
                secrets.Add(key.Passphrase.Content);
            }
        }

        return new GitCredentials(settings, variables, secrets);
    }
}
