using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Content.Git;

/// <summary>What the user wrote in an <c>import.git</c> block. Immutable.</summary>
internal sealed record ImportGitArguments
{
    public string Repository { get; init; } = "";

    public string Revision { get; init; } = "main";

    public string Path { get; init; } = "";

    /// <summary>Zero where it is fetched once.</summary>
    public TimeSpan PullFrequency { get; init; } = TimeSpan.FromSeconds(60);

    public GitBasicAuthArguments? BasicAuth { get; init; }

    public GitSshKeyArguments? SshKey { get; init; }

    public static BlockSchema<ImportGitArguments> Schema { get; } =
        new BlockSchema<ImportGitArguments>(new ImportGitArguments())
        .Required(
            "repository", GitRepositoryArgument.Type, a => a.Repository, (a, v) => a with { Repository = v },
            "The URL or the directory of the repository.")
        .Optional("revision", ArgumentTypes.String, a => a.Revision, (a, v) => a with { Revision = v }, "A branch, a tag or a commit.")
        .Required(
            "path", ArgumentTypes.String, a => a.Path, (a, v) => a with { Path = v },
            "The file in the repository, or the directory whose `*.alloy` files are one module.")
        .Optional(
            "pull_frequency", ArgumentTypes.Duration, a => a.PullFrequency, (a, v) => a with { PullFrequency = v },
            "How often to fetch; `0s` for once.")
        .Block("basic_auth", GitBasicAuthArguments.Schema, a => a.BasicAuth, (a, v) => a with { BasicAuth = v }, "The user of an http or https repository.")
        .Block("ssh_key", GitSshKeyArguments.Schema, a => a.SshKey, (a, v) => a with { SshKey = v }, "The key of an ssh repository.")
        .Validate(GitRules.Check);

    public static ComponentDefinition Definition { get; } =
        ContentComponent<ImportGitArguments>.Define("import.git", Schema, (a, context) => new GitSource(a, context)) with { IsImport = true };
}

/// <summary>The block <c>basic_auth</c>.</summary>
internal sealed record GitBasicAuthArguments
{
    public string Username { get; init; } = "";

    public SecretValue Password { get; init; } = ArgumentTypes.Secret.Zero;

    public static BlockSchema<GitBasicAuthArguments> Schema { get; } = new BlockSchema<GitBasicAuthArguments>(new GitBasicAuthArguments())
        .Required("username", ArgumentTypes.String, a => a.Username, (a, v) => a with { Username = v }, "The user name.")
        .Required("password", ArgumentTypes.Secret, a => a.Password, (a, v) => a with { Password = v }, "The password or token.");
}

/// <summary>The block <c>ssh_key</c>.</summary>
internal sealed record GitSshKeyArguments
{
    public string Username { get; init; } = "";

    public SecretValue Key { get; init; } = ArgumentTypes.Secret.Zero;

    public string KeyFile { get; init; } = "";

    public SecretValue Passphrase { get; init; } = ArgumentTypes.Secret.Zero;

    public static BlockSchema<GitSshKeyArguments> Schema { get; } = new BlockSchema<GitSshKeyArguments>(new GitSshKeyArguments())
        .Required("username", ArgumentTypes.String, a => a.Username, (a, v) => a with { Username = v }, "The user name.")
        .Optional("key", ArgumentTypes.Secret, a => a.Key, (a, v) => a with { Key = v }, "The private key; goes before `key_file`.")
        .Optional("key_file", ArgumentTypes.String, a => a.KeyFile, (a, v) => a with { KeyFile = v }, "File containing the private key.")
        .Optional("passphrase", ArgumentTypes.Secret, a => a.Passphrase, (a, v) => a with { Passphrase = v }, "What the key is encrypted with.");
}
