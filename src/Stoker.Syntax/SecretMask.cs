using System.Text.RegularExpressions;

namespace Stoker.Syntax;

/// <summary>
/// Hides what looks like a secret in a line of a configuration that is about to be shown, for excerpts end in logs. It goes by names, because a file
/// that does not parse has no types: texts behind a name that speaks of a password, token, key or header, the user information of a URL, and
/// lines of encoded keys. The line keeps its length, so that marks below it still stand right.
/// </summary>
public static partial class SecretMask
{
    private static readonly string[] Known = ["password", "passphrase", "bearer_token", "client_secret", "credentials", "secret", "token", "bearer", "key_pem", "api_key"];

    /// <summary>True where the text holds a URL with a user or a password in it.</summary>
    public static bool HasUserInformation(string text) => UserInformation().IsMatch(text);

    /// <summary>True for the name of an attribute or field, with or without quotes, that speaks of a secret.</summary>
    /// <remarks>A misspelt one speaks of it too: that is when it is shown, with the name that was meant.</remarks>
    public static bool IsSecretName(string name) =>
        SecretAssignment().IsMatch(name + "=") || (!IsOther().IsMatch(name) && Suggestion.For(name.Trim('"').ToLowerInvariant(), Known).Length > 0);

    /// <summary>The line with asterisks in place of what looks like a secret.</summary>
    public static string Apply(string line)
    {
        if (EncodedKeyLine().IsMatch(line))
        {
            return Stars(line);
        }

        string masked = SecretAssignment().Replace(
            line, match => match.Groups["name"].Value + QuotedText().Replace(match.Groups["value"].Value, quoted => Inner(quoted.Value)));
        masked = SecretColon().Replace(masked, match => match.Groups["name"].Value + Stars(match.Groups["value"].Value));
        return UserInformation().Replace(masked, match => $"://{Stars(match.Groups["user"].Value)}@");
    }

    private static string Inner(string quoted)
    {
        bool isClosed = quoted.Length > 1 && quoted[^1] == quoted[0];
        return isClosed ? $"{quoted[0]}{Stars(quoted[1..^1])}{quoted[0]}" : $"{quoted[0]}{Stars(quoted[1..])}";
    }

    private static string Stars(string text) => new('*', text.EnumerateRunes().Count());

    // Names of files and of what a key is for are no secrets, and they are what the operator has to see.
    [GeneratedRegex(
        """(?<name>"?\b[\w.\-]*(?:passw|passphrase|pwd|secret|token|cred|authorization|cookie|headers?\b|key)[\w.\-]*(?<!_file|_url|_type)"?\s*=)(?<value>.*)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretAssignment();

    [GeneratedRegex("""_(?:file|url|type)"?$""", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex IsOther();

    // As YAML and JSON have it; the value may stand without quotes there, so all that follows is hidden. Not the port of a host or the scheme of a URL.
    [GeneratedRegex(
        """(?<name>["']?\b[\w.\-]*(?:passw|passphrase|pwd|secret|token|cred|authorization|cookie|headers?\b|key)[\w.\-]*(?<!_file|_url|_type)(?:["']\s*:\s*|:\s+))(?<value>[^\s/].*)""",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex SecretColon();

    [GeneratedRegex(@"""(?:[^""\\]|\\.)*(?:""|$)|`[^`]*(?:`|$)|'[^']*(?:'|$)", RegexOptions.CultureInvariant)]
    private static partial Regex QuotedText();

    [GeneratedRegex("""://(?<user>[^/\s"@]+)@""", RegexOptions.CultureInvariant)]
    private static partial Regex UserInformation();

    [GeneratedRegex("""^[A-Za-z0-9+/=]{40,}`?\s*$""", RegexOptions.CultureInvariant)]
    private static partial Regex EncodedKeyLine();
}
