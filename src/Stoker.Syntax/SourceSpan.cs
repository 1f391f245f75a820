namespace Stoker.Syntax;

/// <summary>A range of bytes of a file: from <paramref name="Start"/> up to, not including, <paramref name="End"/>.</summary>
public readonly record struct SourceSpan(SourceFile File, int Start, int End)
{
    public int Length => End - Start;

    public string Text => File.GetText(this);

    public static SourceSpan Between(SourceSpan first, SourceSpan last) => new(first.File, first.Start, last.End);

    /// <summary>The form <c>file:line:column</c> of the start.</summary>
    public override string ToString()
    {
        (int line, int column) = File.GetLineAndColumn(Start);
        return $"{File.Path}:{line}:{column}";
    }
}
