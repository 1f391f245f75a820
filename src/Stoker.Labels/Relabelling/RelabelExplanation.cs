namespace Stoker.Labels.Relabelling;

/// <summary>How rules came to what they made of one target.</summary>
/// <param name="Output">Null where a rule dropped or refused the target: the last step then, and its reason, say which and why.</param>
public sealed record RelabelExplanation(LabelSet Input, LabelSet? Output, IReadOnlyList<RelabelStep> Steps)
{
    /// <summary><c>kept</c>, or <c>dropped by rule 3: </c> and why.</summary>
    public string Verdict => Output is not null ? "kept" : $"dropped by rule {Steps[^1].Number}: {Steps[^1].Reason}";
}

/// <summary>What one rule did.</summary>
/// <param name="Number">From 1, as people count.</param>
/// <param name="SourceValue">The joined values of the source labels; null where the rule has none.</param>
/// <param name="Matched">Whether the expression matched the source value, or the name of any label; null where the action has no expression.</param>
/// <param name="Changes">What is different after the rule, by name.</param>
/// <param name="Reason">One sentence without a full stop.</param>
public sealed record RelabelStep(
    int Number, RelabelRule Rule, string? SourceValue, bool? Matched, IReadOnlyList<LabelChange> Changes, bool Dropped, string Reason);

/// <summary>A label that a rule changed.</summary>
/// <param name="Before">Null where it was not there.</param>
/// <param name="After">Null where it is gone.</param>
public sealed record LabelChange(string Name, string? Before, string? After);
