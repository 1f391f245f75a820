using System.Buffers;
using System.Text;

namespace Stoker.Syntax.Parsing;

/// <summary>
/// Cuts a file into tokens. Line breaks become terminators where a statement may end, and vanish elsewhere; comments and white space vanish.
/// </summary>
internal sealed class Scanner(SourceFile file, DiagnosticBag diagnostics)
{
    // Enough for anybody to start with; a binary file named by mistake would otherwise fill the screen.
    private const int MaxErrors = 50;

    private readonly List<Token> _tokens = [];
    private int _at;
    private int _errors;

    // True where a line break ends a statement: after an operand or a closing bracket.
    private bool _canTerminate;

    /// <summary>True when the scanner gave up because of too many errors: what follows is unknown.</summary>
    public bool GaveUp => _errors > MaxErrors;

    /// <summary>The lines on which an error of the scanner starts.</summary>
    public HashSet<int> ErrorLines { get; } = [];

    /// <summary>Where the comments go, in source order, for whoever needs them; they are no tokens.</summary>
    public List<Comment>? Comments { get; init; }

    /// <summary>True when a comment or a raw string swallowed the rest of the file.</summary>
    public bool IsUnterminated { get; private set; }

    /// <summary>All tokens; the last one is the end of the file.</summary>
    public List<Token> Scan()
    {
        if (file.Utf8.StartsWith("\uFEFF"u8))
        {
            _at = 3;
        }

        while (_at < file.Length && !GaveUp)
        {
            ScanOne();
        }

        if (_canTerminate)
        {
            _tokens.Add(new Token(TokenKind.Terminator, file.Length, file.Length));
        }

        _tokens.Add(new Token(TokenKind.EndOfFile, file.Length, file.Length));
        return _tokens;
    }

    private byte PeekByte(int distance = 0) => _at + distance < file.Length ? file.Utf8[_at + distance] : (byte)0;

    private void ScanOne()
    {
        byte first = PeekByte();
        switch (first)
        {
            case (byte)' ' or (byte)'\t' or (byte)'\r':
                _at++;
                return;
            case (byte)'\n':
                if (_canTerminate)
                {
                    AddTerminator();
                }

                _at++;
                return;
            case (byte)'/' when PeekByte(1) is (byte)'/' or (byte)'*':
                if (_canTerminate && Characters.CommentsReachLineEnd(file.Utf8[_at..]))
                {
                    AddTerminator();
                }

                // A token follows on this line, or the terminator stands already; either way no further look ahead is needed.
                _canTerminate = false;
                int start = _at;
                SkipComment();
                Comments?.Add(new Comment(start, _at));
                return;
            case (byte)'"':
                ScanString();
                return;
            case (byte)'`':
                ScanRawString();
                return;
            case (byte)'\'':
                ScanSingleQuoted();
                return;
            case (byte)'#':
                Error(_at, _at + 1, SyntaxHints.HashComment);
                SkipLine();
                return;
        }

        if (char.IsAsciiDigit((char)first) || (first == '.' && char.IsAsciiDigit((char)PeekByte(1))))
        {
            ScanNumber();
        }
        else if (!TryScanSymbol(first))
        {
            ScanWord();
        }
    }

    private void Add(TokenKind kind, int start)
    {
        _tokens.Add(new Token(kind, start, _at));
        _canTerminate = kind is TokenKind.Identifier or TokenKind.Bool or TokenKind.Null or TokenKind.Number or TokenKind.Float
            or TokenKind.String or TokenKind.RawString or TokenKind.Illegal
            or TokenKind.RightBrace or TokenKind.RightParen or TokenKind.RightBracket;
    }

    private void AddTerminator()
    {
        _tokens.Add(new Token(TokenKind.Terminator, _at, _at));
        _canTerminate = false;
    }

    private void Error(int start, int end, string message)
    {
        _errors++;
        ErrorLines.Add(file.GetLineAndColumn(start).Line);
        if (_errors <= MaxErrors)
        {
            diagnostics.Error(new SourceSpan(file, start, end), message);
        }
        else if (_errors == MaxErrors + 1)
        {
            diagnostics.Error(new SourceSpan(file, start, end), $"more than {MaxErrors} errors; the rest of the file is not read");
        }
    }

    /// <summary>Steps over one character, reporting bytes that may stand nowhere in a file. False for those.</summary>
    private bool TryReadRune(out Rune rune)
    {
        int start = _at;
        OperationStatus status = Rune.DecodeFromUtf8(file.Utf8[_at..], out rune, out int length);
        _at += Math.Max(length, 1);
        if (status != OperationStatus.Done)
        {
            Error(start, _at, $"byte 0x{file.Utf8[start]:X2} is not valid UTF-8; save the file as UTF-8");
        }
        else if (rune.Value == 0)
        {
            Error(start, _at, "the file holds a NUL byte; save it as plain UTF-8 text");
        }
        else if (rune.Value == 0xFEFF)
        {
            Error(start, _at, "a byte order mark may stand only at the very start of the file; remove it here");
        }
        else
        {
            return true;
        }

        return false;
    }

    /// <summary>
    /// <code>
    /// Comment = "//" { any character but LF } | "/*" { any character } "*/"
    /// </code>
    /// </summary>
    private void SkipComment()
    {
        int start = _at;
        if (PeekByte(1) == '/')
        {
            SkipLine();
            return;
        }

        _at += 2;
        while (_at < file.Length)
        {
            if (PeekByte() == '*' && PeekByte(1) == '/')
            {
                _at += 2;
                return;
            }

            TryReadRune(out _);
        }

        IsUnterminated = true;
        Error(start, start + 2, "the comment is not closed; end it with `*/`");
    }

    private void SkipLine()
    {
        while (_at < file.Length && PeekByte() != '\n')
        {
            TryReadRune(out _);
        }
    }

    /// <summary>
    /// <code>
    /// String = '"' { any character but '"', "\" and LF | Escape } '"'
    /// </code>
    /// </summary>
    private void ScanString()
    {
        int start = _at++;
        Span<byte> decoded = stackalloc byte[4];
        while (_at < file.Length && PeekByte() != '\n')
        {
            switch (PeekByte())
            {
                case (byte)'"':
                    _at++;
                    Add(TokenKind.String, start);
                    return;
                case (byte)'\\' when PeekByte(1) is not ((byte)'\n' or 0):
                    _at++;
                    if (!Escape.TryRead(file.Utf8[_at..], out int length, decoded, out _, out string error))
                    {
                        Error(_at, _at + 1, error);
                        length = Math.Max(length, PeekByte() is < 0x80 and not (byte)'\r' ? 1 : 0);
                    }

                    _at += length;
                    break;
                default:
                    TryReadRune(out _);
                    break;
            }
        }

        Error(start, start + 1, "the string is not closed before the end of the line; end it with `\"`, or use backticks for text of several lines");
        Add(TokenKind.Illegal, start);
    }

    /// <summary>
    /// <code>
    /// RawString = "`" { any character but "`" } "`"
    /// </code>
    /// </summary>
    private void ScanRawString()
    {
        int start = _at++;
        while (_at < file.Length)
        {
            if (PeekByte() == '`')
            {
                _at++;
                Add(TokenKind.RawString, start);
                return;
            }

            TryReadRune(out _);
        }

        IsUnterminated = true;
        Error(start, start + 1, "the raw string is not closed; end it with a backtick");
        Add(TokenKind.Illegal, start);
    }

    private void ScanSingleQuoted()
    {
        int start = _at++;
        while (_at < file.Length && PeekByte() is not ((byte)'\n' or (byte)'\''))
        {
            TryReadRune(out _);
        }

        _at += PeekByte() == '\'' ? 1 : 0;
        Error(start, _at, SyntaxHints.SingleQuotes);
        Add(TokenKind.Illegal, start);
    }

    /// <summary>
    /// <code>
    /// Number   = digit { digit }
    /// Float    = digits "." [ digits ] [ Exponent ] | "." digits [ Exponent ] | digits Exponent
    /// Exponent = ( "e" | "E" ) [ "+" | "-" ] digit { digit }
    /// </code>
    /// </summary>
    private void ScanNumber()
    {
        int start = _at;
        TokenKind kind = TokenKind.Number;
        SkipDigits();
        if (PeekByte() == '.')
        {
            kind = TokenKind.Float;
            _at++;
            SkipDigits();
        }

        if (PeekByte() is (byte)'e' or (byte)'E')
        {
            kind = TokenKind.Float;
            _at++;
            _at += PeekByte() is (byte)'+' or (byte)'-' ? 1 : 0;
            int digits = _at;
            SkipDigits();
            if (_at == digits)
            {
                Error(start, _at, "the exponent of the number has no digits");
                kind = TokenKind.Illegal;
            }
        }

        Add(kind, start);
    }

    private void SkipDigits()
    {
        while (char.IsAsciiDigit((char)PeekByte()))
        {
            _at++;
        }
    }

    private bool TryScanSymbol(byte first)
    {
        (TokenKind kind, int length, string? mistake) = Symbols.Match((char)first, (char)PeekByte(1));
        int start = _at;
        _at += length;
        if (mistake is not null)
        {
            Error(start, _at, mistake);
        }

        if (length > 0)
        {
            Add(kind, start);
        }

        return length > 0;
    }

    /// <summary>
    /// <code>
    /// Identifier = ( letter | "_" ) { letter | "_" | decimal digit }
    /// Keyword    = "true" | "false" | "null"
    /// </code>
    /// </summary>
    private void ScanWord()
    {
        int start = _at;
        if (!TryReadRune(out Rune rune))
        {
            Add(TokenKind.Illegal, start);
            return;
        }

        if (!Characters.IsIdentifierStart(rune))
        {
            string code = $"character U+{rune.Value:X4}";
            Error(start, _at, Rune.IsWhiteSpace(rune) ? $"{code} is not white space here; use a plain space, a tab or a line break"
                : Rune.IsControl(rune) ? $"{code} is not part of the language"
                : SyntaxHints.ForCharacter(rune.ToString()));
            Add(TokenKind.Illegal, start);
            return;
        }

        while (_at < file.Length
            && Rune.DecodeFromUtf8(file.Utf8[_at..], out Rune next, out int length) == OperationStatus.Done
            && Characters.IsIdentifierPart(next))
        {
            _at += length;
        }

        ReadOnlySpan<byte> word = file.Utf8[start.._at];
        Add(
            word.SequenceEqual("null"u8) ? TokenKind.Null
                : word.SequenceEqual("true"u8) || word.SequenceEqual("false"u8) ? TokenKind.Bool
                : TokenKind.Identifier,
            start);
    }
}
