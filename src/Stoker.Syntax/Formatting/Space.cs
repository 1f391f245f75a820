namespace Stoker.Syntax.Formatting;

/// <summary>White space that is due before the next token.</summary>
internal enum Space : byte
{
    /// <summary>A place in the queue whose white space a comment has taken over.</summary>
    Nothing,
    Blank,

    /// <summary>The end of a cell that is aligned with those above and below.</summary>
    Column,
    Line,

    /// <summary>A line end that also ends the alignment.</summary>
    Break,
    Indent,
    Unindent,
}
