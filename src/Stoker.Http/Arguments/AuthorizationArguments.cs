using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>The block <c>authorization</c>.</summary>
public sealed record AuthorizationArguments
{
    public const string DefaultType = "Bearer";

    /// <summary>The first word of the header as it was written; <see cref="Scheme"/> is what is sent.</summary>
    public string Type { get; init; } = DefaultType;

    public SecretValue Credentials { get; init; } = ArgumentTypes.Secret.Zero;

    public string CredentialsFile { get; init; } = "";

    public static BlockSchema<AuthorizationArguments> Schema { get; } = new BlockSchema<AuthorizationArguments>(new AuthorizationArguments())
        .Optional("credentials_file", ArgumentTypes.String, a => a.CredentialsFile, (a, v) => a with { CredentialsFile = v },
            "File containing the credentials; read anew for every request.")
        .Optional("credentials", ArgumentTypes.Secret, a => a.Credentials, (a, v) => a with { Credentials = v }, "The credentials.")
        .Optional("type", ArgumentTypes.String, a => a.Type, (a, v) => a with { Type = v }, "The type of the authorization.");

    internal string Scheme => string.IsNullOrWhiteSpace(Type) ? DefaultType : Type.Trim();
}
