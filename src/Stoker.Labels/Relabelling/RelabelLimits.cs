namespace Stoker.Labels.Relabelling;

/// <summary>
/// How large rules may make one target. A rule that goes beyond refuses the target, visibly: a replacement that doubles a label would
/// otherwise need only thirty rules to fill any memory. Far above what anybody means.
/// </summary>
public static class RelabelLimits
{
    /// <summary>The longest value that a rule may set, in UTF-16 units.</summary>
    public const int MaxValueLength = 65_536;

    /// <summary>The longest name that a rule may set, in UTF-16 units.</summary>
    public const int MaxNameLength = 1024;

    /// <summary>The most labels that a target may have after a rule has added one.</summary>
    public const int MaxLabels = 4096;

    /// <summary>The most UTF-16 units that names and values together may have after a rule has set one, and that a source value may have.</summary>
    public const int MaxTotalLength = 1 << 20;
}
