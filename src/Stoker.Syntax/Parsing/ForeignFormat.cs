using System.Text;
using System.Text.RegularExpressions;

namespace Stoker.Syntax.Parsing;

/// <summary>
/// Recognizes a file of another format that was named by mistake, from its first line that holds something. No file that parses begins so, and
/// one message about the file says more than fifty about its characters.
/// </summary>
internal static partial class ForeignFormat
{
    // What is looked through for the first line; a file that begins with more comments than this is read as any other.
    private const int MaxBytes = 64 * 1024;

    private const string Language = "Stoker reads Alloy's configuration language";

    /// <summary>What to say about the file and where; null for a file that may be in the right language.</summary>
    public static (SourceSpan Place, string Message)? Find(SourceFile file)
    {
        int start = FirstContent(file);
        if (start < 0)
        {
            return null;
        }

        ReadOnlySpan<byte> rest = file.Utf8[start..Math.Min(file.Length, start + MaxBytes)];
        int lineEnd = rest.IndexOfAny((byte)'\n', (byte)'\r');
        ReadOnlySpan<byte> line = (lineEnd < 0 ? rest : rest[..lineEnd]).TrimEnd(" \t"u8);
        string? name = IsJson(rest) ? "JSON" : YamlStart().IsMatch(Encoding.UTF8.GetString(line)) ? "YAML" : null;
        if (name is null)
        {
            return null;
        }

        string remedy = rest.IndexOf("scrape_configs"u8) >= 0
            ? "each entry of scrape_configs becomes a block pyroscope.scrape \"NAME\" { ... }, "
                + "and its relabel_configs a discovery.relabel \"NAME\" { ... } with rule blocks"
            : "its statements are attributes (name = value) and blocks (name { ... })";
        return (new SourceSpan(file, start, start + line.Length), $"this file is {name}; {Language}, where {remedy}");
    }

    /// <summary>
    /// The offset of the first character that is neither white space nor in a comment that begins with <c>#</c>; -1 where there is none.
    /// </summary>
    private static int FirstContent(SourceFile file)
    {
        ReadOnlySpan<byte> text = file.Utf8[..Math.Min(file.Length, MaxBytes)];
        int at = text.StartsWith("\uFEFF"u8) ? 3 : 0;
        while (at < text.Length)
        {
            switch (text[at])
            {
                case (byte)' ' or (byte)'\t' or (byte)'\r' or (byte)'\n':
                    at++;
                    break;
                case (byte)'#':
                    int end = text[at..].IndexOf((byte)'\n');
                    at = end < 0 ? text.Length : at + end;
                    break;
                default:
                    return at;
            }
        }

        return -1;
    }

    /// <summary>True for a bracket followed by what only JSON has there.</summary>
    private static bool IsJson(ReadOnlySpan<byte> text)
    {
        ReadOnlySpan<byte> inner = text[1..].TrimStart(" \t\r\n"u8);
        return text[0] is (byte)'{' or (byte)'[' && inner is [(byte)'"' or (byte)'{' or (byte)'[' or (byte)'}' or (byte)']', ..];
    }

    // A document marker or directive, a list, or a name with a colon behind it.
    [GeneratedRegex("""^(?:---|%YAML|- |"?[A-Za-z_][\w.\-/]*"?:(?:\s|$))""", RegexOptions.CultureInvariant)]
    private static partial Regex YamlStart();
}
