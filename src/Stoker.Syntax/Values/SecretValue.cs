namespace Stoker.Syntax.Values;

/// <summary>A secret: it never becomes a plain string except through <c>convert.nonsensitive</c>, and every display of it says <c>(secret)</c>.</summary>
public sealed class SecretValue(string content) : CapsuleValue
{
    public string Content { get; } = content;

    public override string HostType => "secret";

    public override string Display => "(secret)";

    public override bool Equals(object? obj) => obj switch
    {
        SecretValue other => other.Content == Content,
        OptionalSecretValue other => other.Content == Content,
        _ => false,
    };

    public override int GetHashCode() => Content.GetHashCode(StringComparison.Ordinal);
}

/// <summary>A string that may be a secret, as <c>remote.*</c> and <c>local.file</c> components export it.</summary>
public sealed class OptionalSecretValue(string content, bool isSecret) : CapsuleValue
{
    public string Content { get; } = content;

    public bool IsSecret { get; } = isSecret;

    public override string HostType => "optional secret";

    public override string Display => IsSecret ? "(secret)" : Content;

    public override bool Equals(object? obj) => obj switch
    {
        SecretValue other => other.Content == Content,
        OptionalSecretValue other => other.Content == Content && other.IsSecret == IsSecret,
        _ => false,
    };

    public override int GetHashCode() => Content.GetHashCode(StringComparison.Ordinal);
}
