namespace Stoker.Syntax.Formatting;

/// <summary>
/// The bytes with which <see cref="TokenWriter"/> tells <see cref="ColumnLayout"/> what the text is. The last two stand in no UTF-8 text.
/// </summary>
internal static class Mark
{
    public const byte Tab = (byte)'\t';
    public const byte Line = (byte)'\n';

    /// <summary>The end of a cell, which takes no room where all of its column are empty.</summary>
    public const byte Column = 0x0B;

    /// <summary>A line end that also ends the alignment.</summary>
    public const byte Break = 0x0C;

    /// <summary>Stands before and after text that is copied as it is and counts as one piece of one line.</summary>
    public const byte Opaque = 0xFF;

    /// <summary>Stands before and after text that is copied as it is and whose line feeds end lines.</summary>
    public const byte Verbatim = 0xFE;
}
