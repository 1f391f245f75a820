using System.Text;

namespace Stoker.Syntax.Parsing;

/// <summary>The tokens of a file with the place where the parser stands, its errors, and the way back after one.</summary>
internal sealed class TokenCursor(SourceFile file, List<Token> tokens, DiagnosticBag diagnostics, Scanner scanner)
{
    private const int MaxErrors = 50;

    // How deep brackets, blocks and prefix operators may nest: far over what anybody writes, far under what the stack bears.
    private const int MaxDepth = 200;

    // More bytes of the source than this make a message hard to read.
    private const int MaxShown = 60;

    // How far to look for the end of a block's name, which has a few parts; without a bound a long chain would be walked again and again.
    private const int MaxNameParts = 16;

    // The brackets of the present statement that are open, the innermost last. A rule that fails leaves its own here for the recovery.
    private readonly List<TokenKind> _open = [];
    private int _index;
    private int _depth;
    private int _errors;
    private int _lastErrorLine;

    public SourceFile File => file;

    public Token Current => tokens[_index];

    public TokenKind Kind => tokens[_index].Kind;

    public TokenKind NextKind => tokens[Math.Min(_index + 1, tokens.Count - 1)].Kind;

    /// <summary>How many brackets of the present statement are open.</summary>
    public int OpenBrackets => _open.Count;

    /// <summary>The end of the token before the present one.</summary>
    public int PreviousEnd => _index == 0 ? 0 : tokens[_index - 1].End;

    public SourceSpan CurrentSpan => SpanOf(Current);

    public SourceSpan SpanOf(Token token) => new(file, token.Start, token.End);

    /// <summary>From the start of a token to the end of the one before the present one.</summary>
    public SourceSpan SpanSince(int start) => new(file, start, PreviousEnd);

    public string TextOf(Token token) => Encoding.UTF8.GetString(file.Utf8[token.Start..token.End]);

    public Token Advance()
    {
        Token token = Current;
        _index += token.Kind == TokenKind.EndOfFile ? 0 : 1;
        return token;
    }

    public Token Open()
    {
        _open.Add(Kind);
        return Advance();
    }

    public Token Close()
    {
        _open.RemoveAt(_open.Count - 1);
        return Advance();
    }

    /// <summary>Goes one level deeper; false with an error where the file nests too deeply.</summary>
    public bool TryEnter()
    {
        if (++_depth <= MaxDepth)
        {
            return true;
        }

        Error(CurrentSpan, $"the file nests more than {MaxDepth} levels deep here; take it apart");
        return false;
    }

    public void Leave() => _depth--;

    /// <summary>Reports an error, but of several on one line, the scanner's included, only the first: the others mostly follow from it.</summary>
    public void Error(SourceSpan span, string message)
    {
        int line = file.GetLineAndColumn(span.Start).Line;
        bool followsFromUnterminated = scanner.IsUnterminated && span.Start == file.Length;
        if (line == _lastErrorLine || scanner.ErrorLines.Contains(line) || followsFromUnterminated)
        {
            return;
        }

        _lastErrorLine = line;
        _errors++;
        if (_errors <= MaxErrors)
        {
            diagnostics.Error(span, message);
        }
        else if (_errors == MaxErrors + 1)
        {
            diagnostics.Error(span, $"more than {MaxErrors} errors; the rest of the file is not checked");
        }
    }

    /// <summary>Reports that something else should stand at the present token.</summary>
    public void Unexpected(string expected)
    {
        if (Kind == TokenKind.Illegal)
        {
            // The scanner has reported it.
            return;
        }

        Error(CurrentSpan, DescribeUnit() ?? $"{expected}, found {DescribeCurrent()}");
    }

    public void Warning(SourceSpan span, string message) => diagnostics.Warning(span, message);

    public string DescribeCurrent() => Kind switch
    {
        TokenKind.Terminator => "the end of the line",
        TokenKind.EndOfFile => "the end of the file",
        TokenKind.String or TokenKind.RawString when Current.End - Current.Start > MaxShown || CurrentSpan.Text.Contains('\n', StringComparison.Ordinal) =>
            "a string",
        TokenKind.Identifier or TokenKind.Number or TokenKind.Float when Current.End - Current.Start > MaxShown => "a very long word",
        TokenKind.String or TokenKind.RawString => $"the string {TextOf(Current)}",
        TokenKind.Number or TokenKind.Float => $"the number {TextOf(Current)}",
        TokenKind.Bool or TokenKind.Null => $"the keyword `{TextOf(Current)}`",
        _ => $"`{TextOf(Current)}`",
    };

    /// <summary>
    /// True where the tokens from here read as the start of an attribute or block: what stands there hardly belongs to the list that is being read.
    /// </summary>
    /// <param name="ahead">How many tokens ahead to look.</param>
    /// <param name="inObject">Whether <c>name =</c> would rather be a field.</param>
    public bool LooksLikeStatement(int ahead, bool inObject = false)
    {
        int at = _index + ahead;
        if (KindAt(at) != TokenKind.Identifier)
        {
            return false;
        }

        at++;
        if (KindAt(at) == TokenKind.Assign)
        {
            return !inObject;
        }

        for (int parts = 1; parts < MaxNameParts && KindAt(at) == TokenKind.Dot && KindAt(at + 1) == TokenKind.Identifier; parts++)
        {
            at += 2;
        }

        at += KindAt(at) == TokenKind.String ? 1 : 0;
        return KindAt(at) == TokenKind.LeftBrace;
    }

    /// <summary>True where the present token is the first one of its line and reads as the start of a statement.</summary>
    public bool StartsStatement(bool inObject = false) =>
        Kind == TokenKind.Identifier && IsFirstOnLine() && LooksLikeStatement(0, inObject);

    private bool IsFirstOnLine() =>
        _index == 0 || file.GetLineAndColumn(Current.Start).Line > file.GetLineAndColumn(PreviousEnd).Line;

    /// <summary>After an error in a statement: skips to its end, closing the brackets that it had opened.</summary>
    public void SkipStatement()
    {
        Skip(level: 0);
        _open.Clear();
    }

    /// <summary>
    /// After an error in an item of a list: skips to the comma or the bracket that ends the item. False when the list seems not to be closed.
    /// </summary>
    /// <param name="level">How many brackets are open inside the list, its own included.</param>
    public bool SkipItem(int level) => Skip(level);

    private bool Skip(int level)
    {
        while (true)
        {
            bool inBrackets = _open.Count > 0;
            if (StartsStatement(inObject: inBrackets && _open[^1] == TokenKind.LeftBrace))
            {
                return false;
            }

            switch (Kind)
            {
                case TokenKind.EndOfFile:
                    return false;
                case TokenKind.Terminator when !inBrackets:
                    return false;
                case TokenKind.Terminator when LooksLikeStatement(1, inObject: _open[^1] == TokenKind.LeftBrace):
                    return false;
                case TokenKind.Comma when level > 0 && _open.Count == level:
                    return true;
                case TokenKind.LeftBrace or TokenKind.LeftBracket or TokenKind.LeftParen:
                    _open.Add(Kind);
                    break;
                case TokenKind.RightBrace or TokenKind.RightBracket or TokenKind.RightParen:
                    int match = _open.LastIndexOf(OpeningOf(Kind));
                    if (match < 0 && Kind == TokenKind.RightBrace)
                    {
                        // It closes the block around the statement.
                        return false;
                    }

                    if (match >= 0)
                    {
                        // What was opened inside and never closed ends with it.
                        _open.RemoveRange(match + 1, _open.Count - match - 1);
                        if (match < level)
                        {
                            return match == level - 1;
                        }

                        _open.RemoveAt(match);
                    }

                    break;
            }

            Advance();
        }
    }

    private static TokenKind OpeningOf(TokenKind closing) => closing switch
    {
        TokenKind.RightBrace => TokenKind.LeftBrace,
        TokenKind.RightBracket => TokenKind.LeftBracket,
        _ => TokenKind.LeftParen,
    };

    private TokenKind KindAt(int index) => tokens[Math.Min(index, tokens.Count - 1)].Kind;

    /// <summary>For <c>15s</c> and <c>0x1F</c>, which read as a number and a name: the remedy.</summary>
    private string? DescribeUnit()
    {
        if (Kind != TokenKind.Identifier || _index == 0 || PreviousEnd != Current.Start
            || tokens[_index - 1].Kind is not (TokenKind.Number or TokenKind.Float))
        {
            return null;
        }

        return SyntaxHints.ForUnit(TextOf(tokens[_index - 1]), TextOf(Current));
    }
}
