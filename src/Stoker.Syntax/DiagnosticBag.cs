namespace Stoker.Syntax;

/// <summary>Collects diagnostics while a configuration is read. Not safe from several threads.</summary>
public sealed class DiagnosticBag
{
    // More than anybody reads; a file of another kind gives one for each of its lines.
    private const int MaxKept = 1000;

    private readonly List<Diagnostic> _items = [];
    private int _left;

    public bool HasErrors => ErrorCount > 0;

    public int ErrorCount { get; private set; }

    public void Error(SourceSpan? span, string message) => Add(new Diagnostic(DiagnosticSeverity.Error, span, message));

    public void Warning(SourceSpan? span, string message) => Add(new Diagnostic(DiagnosticSeverity.Warning, span, message));

    public void Add(Diagnostic diagnostic)
    {
        ErrorCount += diagnostic.Severity == DiagnosticSeverity.Error ? 1 : 0;
        if (_items.Count < MaxKept)
        {
            _items.Add(diagnostic);
        }
        else
        {
            _left++;
        }
    }

    /// <summary>
    /// All diagnostics by file and position, each one once; those without a place come last. Of more than a thousand the last says how many are left out.
    /// </summary>
    public IReadOnlyList<Diagnostic> ToSortedList() =>
        [.. _items
            .Distinct()
            .OrderBy(diagnostic => diagnostic.Span is null)
            .ThenBy(diagnostic => diagnostic.Span?.File.Path, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Span?.Start)
            .Concat(_left == 0 ? [] : [new Diagnostic(ErrorCount > 0 ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, null, $"there are {_left} more; correct these first")])];
}
