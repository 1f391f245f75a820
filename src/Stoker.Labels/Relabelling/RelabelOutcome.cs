namespace Stoker.Labels.Relabelling;

/// <summary>What the rules made of a target.</summary>
/// <param name="Labels">Its labels after the last rule, the same object where nothing changed; null where a rule dropped or refused it.</param>
/// <param name="RuleIndex">From 0, the rule that dropped or refused it; -1 where it was kept.</param>
/// <param name="IsRefused">True where the rule did not mean to drop it but would have made it larger than <see cref="RelabelLimits"/> allow.</param>
public readonly record struct RelabelOutcome(LabelSet? Labels, int RuleIndex, bool IsRefused);
