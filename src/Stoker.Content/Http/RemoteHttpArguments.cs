using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Content.Files;
using Stoker.Syntax.Values;

namespace Stoker.Content.Http;

/// <summary>What the user wrote in a <c>remote.http</c> block. Immutable.</summary>
internal sealed record RemoteHttpArguments
{
    public HttpContentArguments Request { get; init; } = new();

    public bool IsSecret { get; init; }

    public static BlockSchema<RemoteHttpArguments> Schema { get; } =
        new BlockSchema<RemoteHttpArguments>(new RemoteHttpArguments())
        .Squash(HttpContentArguments.Schema, a => a.Request, (a, v) => a with { Request = v })
        .Optional("is_secret", ArgumentTypes.Bool, a => a.IsSecret, (a, v) => a with { IsSecret = v }, "Whether the text is a secret, which is never shown.");

    public static ComponentDefinition Definition { get; } = ContentComponent<RemoteHttpArguments>.Define(
        "remote.http", Schema, (a, context) =>
            new HttpContentSource(a.Request, context, body => Read(body, a.IsSecret), content => OptionalSecrets.With(content, a.IsSecret)));

    private static ContentRead Read(byte[] body, bool isSecret)
    {
        (string? text, string? fault) = FileText.Decode(body);

        // Without the white space around it, as Alloy has it: servers end a text with a line feed, which no token has.
        return text is null
            ? ContentRead.Failed($"the answer cannot be used: {fault}")
            : new ContentRead(new OptionalSecretValue(text.Trim(), isSecret), body.Length, null);
    }
}
