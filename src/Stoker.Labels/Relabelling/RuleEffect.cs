namespace Stoker.Labels.Relabelling;

/// <summary>What one rule did to a target; its labels apart, which are in the buffer.</summary>
internal enum RuleEffect
{
    /// <summary>The target goes on to the next rule.</summary>
    GoOn,

    /// <summary>The rule drops the target.</summary>
    Drop,

    /// <summary>The rule would have made the target larger than <see cref="RelabelLimits"/> allow.</summary>
    Refuse,
}
