using Stoker.Labels.Relabelling;
using Stoker.Syntax.Values;

namespace Stoker.Components.Relabelling;

/// <summary>Rules as a value of the language: what <c>discovery.relabel.x.rules</c> is. Equal by content.</summary>
public sealed class RelabelRulesValue(RelabelRules rules) : CapsuleValue
{
    public RelabelRules Rules { get; } = rules;

    public override string HostType => "RelabelRules";

    public override bool Equals(object? obj) => obj is RelabelRulesValue other && Rules.Equals(other.Rules);

    public override int GetHashCode() => Rules.GetHashCode();
}
