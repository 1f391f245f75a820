namespace Stoker.Labels.Relabelling;

/// <summary>A rule as it was written, with the defaults of Prometheus. Immutable; equality is by content.</summary>
public sealed record RelabelSettings
{
    public const string DefaultSeparator = ";";
    public const string DefaultRegex = "(.*)";
    public const string DefaultReplacement = "$1";

    public static RelabelSettings Default { get; } = new();

    /// <summary>The labels whose values, joined, are the source value; one that is missing counts as empty.</summary>
    public IReadOnlyList<string> SourceLabels { get; init; } = [];

    public string Separator { get; init; } = DefaultSeparator;

    /// <summary>A regular expression of Go that matches the whole text.</summary>
    public string Regex { get; init; } = DefaultRegex;

    public ulong Modulus { get; init; }

    public string TargetLabel { get; init; } = "";

    public string Replacement { get; init; } = DefaultReplacement;

    public RelabelAction Action { get; init; } = RelabelAction.Replace;

    public bool Equals(RelabelSettings? other) =>
        other is not null && SourceLabels.SequenceEqual(other.SourceLabels) && Separator == other.Separator && Regex == other.Regex
        && Modulus == other.Modulus && TargetLabel == other.TargetLabel && Replacement == other.Replacement && Action == other.Action;

    public override int GetHashCode() => HashCode.Combine(SourceLabels.Count, Separator, Regex, Modulus, TargetLabel, Replacement, Action);
}
