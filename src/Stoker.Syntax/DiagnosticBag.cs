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
        if (diagnostic.Span is { File.IsSecret: true })
        {
            // Messages quote what they are about.
            diagnostic = diagnostic with { Message = "there is a mistake here; the whole text is a secret, so no more can be said of it" };
        }

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

    /// <summary>Takes over what another bag holds.</summary>
    /// <param name="module">The module that it was found in; what names a module already keeps it.</param>
    public void AddAll(DiagnosticBag other, string? module = null)
    {
        foreach (Diagnostic diagnostic in other._items)
        {
            Add(diagnostic.Module is null ? diagnostic with { Module = module } : diagnostic);
        }

        _left += other._left;
    }

    /// <summary>
    /// All diagnostics by file and position, each one once; those without a place come last. Of more than a thousand the last says how many are left out.
    /// </summary>
    public IReadOnlyList<Diagnostic> ToSortedList() =>
        [.. _items
            .GroupBy(diagnostic => (diagnostic.Severity, diagnostic.Span, diagnostic.Message))
            .Select(Combine)
            .OrderBy(diagnostic => diagnostic.Span is null)
            .ThenBy(diagnostic => diagnostic.Span?.File.Path, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.Span?.Start)
            .Concat(_left == 0 ? [] : [new Diagnostic(ErrorCount > 0 ? DiagnosticSeverity.Error : DiagnosticSeverity.Warning, null, $"there are {_left} more; correct these first")])];

    /// <summary>One text is used by several modules: one diagnostic, which names the first of them.</summary>
    private static Diagnostic Combine(IEnumerable<Diagnostic> same)
    {
        Diagnostic[] all = [.. same.DistinctBy(diagnostic => diagnostic.Module)];
        if (all[0].Module is not { } module || all.Any(diagnostic => diagnostic.Module is null))
        {
            return all[0] with { Module = null };
        }

        string others = all.Length > 1 ? $" and {all.Length - 1} more" : "";
        return all[0] with { Message = $"{all[0].Message} (in {module}{others})", Module = null };
    }
}
