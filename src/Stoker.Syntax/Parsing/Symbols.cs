namespace Stoker.Syntax.Parsing;

/// <summary>Operators and punctuation, and what is often written in their place.</summary>
internal static class Symbols
{
    /// <summary>The token that begins with these two characters; its length is 0 where none does.</summary>
    public static (TokenKind Kind, int Length, string? Mistake) Match(char first, char second)
    {
        (TokenKind kind, int length) = (first, second) switch
        {
            ('|', '|') => (TokenKind.Or, 2),
            ('&', '&') => (TokenKind.And, 2),
            ('|', _) => (TokenKind.Or, 1),
            ('&', _) => (TokenKind.And, 1),
            ('!', '=') => (TokenKind.NotEqual, 2),
            ('!', _) => (TokenKind.Not, 1),
            ('=', '=') => (TokenKind.Equal, 2),
            ('=', _) => (TokenKind.Assign, 1),
            ('<', '=') => (TokenKind.LessOrEqual, 2),
            ('<', _) => (TokenKind.Less, 1),
            ('>', '=') => (TokenKind.GreaterOrEqual, 2),
            ('>', _) => (TokenKind.Greater, 1),
            ('+', _) => (TokenKind.Add, 1),
            ('-', _) => (TokenKind.Subtract, 1),
            ('*', _) => (TokenKind.Multiply, 1),
            ('/', _) => (TokenKind.Divide, 1),
            ('%', _) => (TokenKind.Modulo, 1),
            ('^', _) => (TokenKind.Power, 1),
            ('{', _) => (TokenKind.LeftBrace, 1),
            ('}', _) => (TokenKind.RightBrace, 1),
            ('(', _) => (TokenKind.LeftParen, 1),
            (')', _) => (TokenKind.RightParen, 1),
            ('[', _) => (TokenKind.LeftBracket, 1),
            (']', _) => (TokenKind.RightBracket, 1),
            (',', _) => (TokenKind.Comma, 1),
            ('.', _) => (TokenKind.Dot, 1),

            // What the user meant by these two is plain, so that the rest of the line can still be read.
            (':', _) => (TokenKind.Assign, 1),
            (';', _) => (TokenKind.Terminator, 1),
            _ => (TokenKind.Illegal, 0),
        };
        return (kind, length, SyntaxHints.ForSymbol(first, length));
    }
}
