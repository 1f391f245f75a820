namespace Stoker.Syntax.Parsing;

internal enum TokenKind : byte
{
    /// <summary>Text that is no token. The scanner has reported it, so whoever meets it stays silent.</summary>
    Illegal,
    EndOfFile,
    Terminator,
    Identifier,
    Bool,
    Null,
    Number,
    Float,
    String,
    RawString,
    Or,
    And,
    Not,
    Assign,
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Add,
    Subtract,
    Multiply,
    Divide,
    Modulo,
    Power,
    LeftBrace,
    RightBrace,
    LeftParen,
    RightParen,
    LeftBracket,
    RightBracket,
    Comma,
    Dot,
}

/// <summary>A token and the bytes it covers; a terminator and the end of the file cover none.</summary>
internal readonly record struct Token(TokenKind Kind, int Start, int End);
