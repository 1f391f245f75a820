namespace Stoker.Syntax.Formatting;

/// <summary>What the formatter does otherwise than Alloy's, each including the one before.</summary>
internal enum Care
{
    /// <summary>Nothing: to the byte what Alloy's formatter writes.</summary>
    None,

    /// <summary>Tabs and spaces inside strings are text.</summary>
    Strings,

    /// <summary>Comments inside calls and names stay where they are.</summary>
    Comments,
}
