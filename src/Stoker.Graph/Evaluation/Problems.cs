using Stoker.Syntax;

namespace Stoker.Graph.Evaluation;

/// <summary>Mistakes as one line of a component's health and of the log.</summary>
internal static class Problems
{
    private const int MaxShown = 3;

    public static string Of(DiagnosticBag mistakes) => Of(mistakes.ToSortedList());

    public static string Of(IReadOnlyList<Diagnostic> mistakes)
    {
        Diagnostic[] errors = [.. mistakes.Where(mistake => mistake.Severity == DiagnosticSeverity.Error)];
        string shown = string.Join("; ", errors.Take(MaxShown));
        return errors.Length > MaxShown ? $"{shown}; and {errors.Length - MaxShown} more" : shown;
    }
}
