using Stoker.Syntax.Values;

namespace Stoker.Content;

/// <summary>The texts that <c>local.file</c> and <c>remote.http</c> export.</summary>
internal static class OptionalSecrets
{
    /// <summary>The same text, a secret or not.</summary>
    public static Value With(Value content, bool isSecret) => content is OptionalSecretValue text ? new OptionalSecretValue(text.Content, isSecret) : content;
}
