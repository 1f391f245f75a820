using Stoker.Syntax.Ast;
using Stoker.Syntax.Parsing;

namespace Stoker.Syntax;

/// <summary>Turns a file into its syntax tree.</summary>
public static class Parser
{
    // Far over any configuration, and a bound for what a file named by mistake may cost.
    public const int MaxFileBytes = 16 << 20;

    /// <summary>
    /// The file's statements, or null when <paramref name="diagnostics"/> got at least one error from it. Every syntax error that can be told
    /// from the ones before it is reported, one for each line. Warnings (a leading zero, a key written twice) may come with a result.
    /// </summary>
    public static Body? Parse(SourceFile file, DiagnosticBag diagnostics) => Parse(file, diagnostics, comments: null);

    /// <param name="comments">Gets the comments of the file in source order.</param>
    internal static Body? Parse(SourceFile file, DiagnosticBag diagnostics, List<Comment>? comments)
    {
        int errorsBefore = diagnostics.ErrorCount;
        if (EncodingFault(file) is { } fault)
        {
            diagnostics.Error(new SourceSpan(file, 0, 0), fault);
            return null;
        }

        if (ForeignFormat.Find(file) is { } foreign)
        {
            diagnostics.Error(foreign.Place, foreign.Message);
            return null;
        }

        var scanner = new Scanner(file, diagnostics) { Comments = comments };
        List<Token> tokens = scanner.Scan();
        if (scanner.GaveUp)
        {
            return null;
        }

        var cursor = new TokenCursor(file, tokens, diagnostics, scanner);
        Body body = new StatementParser(cursor).ParseFile();
        return diagnostics.ErrorCount == errorsBefore ? body : null;
    }

    private static string? EncodingFault(SourceFile file)
    {
        ReadOnlySpan<byte> text = file.Utf8;
        if (text.Length > MaxFileBytes)
        {
            return $"the file has {text.Length} bytes; a configuration file may have at most {MaxFileBytes}";
        }

        string? encoding = text switch
        {
            [0xFF, 0xFE, 0x00, 0x00, ..] => "UTF-32 (little endian)",
            [0x00, 0x00, 0xFE, 0xFF, ..] => "UTF-32 (big endian)",
            [0xFF, 0xFE, ..] => "UTF-16 (little endian)",
            [0xFE, 0xFF, ..] => "UTF-16 (big endian)",
            _ => null,
        };
        return encoding is null ? null : $"the file is encoded as {encoding}; save it as UTF-8";
    }
}
