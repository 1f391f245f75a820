namespace Stoker.Syntax;

/// <summary>Collects diagnostics while a configuration is read. Not safe from several threads.</summary>
public sealed class DiagnosticBag
{
    private readonly List<Diagnostic> _items = [];

    public bool HasErrors => ErrorCount > 0;

    public int ErrorCount { get; private set; }

    public int Count => _items.Count;

    public void Error(SourceSpan? span, string message) => Add(new Diagnostic(DiagnosticSeverity.Error, span, message));

    public void Warning(SourceSpan? span, string message) => Add(new Diagnostic(DiagnosticSeverity.Warning, span, message));

    public void Add(Diagnostic diagnostic)
    {
        ErrorCount += diagnostic.Severity == DiagnosticSeverity.Error ? 1 : 0;
        _items.Add(diagnostic);
    }

    public void AddRange(DiagnosticBag other)
    {
        foreach (Diagnostic diagnostic in other._items)
        {
            Add(diagnostic);
        }
    }

    /// <summary>All diagnostics by file and position, each one once; those without a place come last.</summary>
    public IReadOnlyList<Diagnostic> ToSortedList() =>
        [.. _items
            .Distinct()
            .OrderBy(diagnostic => diagnostic.Span is null)
            .ThenBy(diagnostic => diagnostic.Span?.File.Path, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Span?.Start)];
}
