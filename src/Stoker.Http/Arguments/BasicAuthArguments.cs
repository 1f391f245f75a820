using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>The block <c>basic_auth</c>.</summary>
public sealed record BasicAuthArguments
{
    public string Username { get; init; } = "";

    public SecretValue Password { get; init; } = ArgumentTypes.Secret.Zero;

    public string PasswordFile { get; init; } = "";

    public static BlockSchema<BasicAuthArguments> Schema { get; } = new BlockSchema<BasicAuthArguments>(new BasicAuthArguments())
        .Optional("password_file", ArgumentTypes.String, a => a.PasswordFile, (a, v) => a with { PasswordFile = v },
            "File containing the password; read anew for every request.")
        .Optional("password", ArgumentTypes.Secret, a => a.Password, (a, v) => a with { Password = v }, "The password.")
        .Optional("username", ArgumentTypes.String, a => a.Username, (a, v) => a with { Username = v }, "The user name.");
}
