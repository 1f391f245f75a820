namespace Stoker.Discovery;

/// <summary>Names of meta labels that end in a name from outside, such as that of a container's label.</summary>
internal static class MetaLabelName
{
    /// <summary>Everything but ASCII letters, digits and the underscore becomes an underscore, one for each character (rune), as Prometheus does it.</summary>
    public static string Of(string prefix, string name) => string.Concat(prefix, Sanitize(name));

    /// <summary>The name alone, without a prefix.</summary>
    public static string Sanitize(string name)
    {
        if (name.All(IsPlain))
        {
            return name;
        }

        return string.Concat(name.EnumerateRunes().Select(rune => rune.IsAscii && IsPlain((char)rune.Value) ? (char)rune.Value : '_'));
    }

    private static bool IsPlain(char character) => char.IsAsciiLetterOrDigit(character) || character == '_';
}
