using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Components.Relabelling;

namespace Stoker.Discovery.Relabel;

/// <summary>The arguments of <c>discovery.relabel</c>.</summary>
public sealed record RelabelArguments
{
    public IReadOnlyList<Target> Targets { get; init; } = [];

    public IReadOnlyList<RelabelRuleArguments> Rules { get; init; } = [];

    public static BlockSchema<RelabelArguments> Schema { get; } = new BlockSchema<RelabelArguments>(new RelabelArguments())
        .Required("targets", ArgumentTypes.Targets, a => a.Targets, (a, v) => a with { Targets = v }, "The targets to relabel.")
        .Blocks("rule", RelabelRuleArguments.Schema, a => a.Rules, (a, v) => a with { Rules = v }, "A rule; the rules are applied in their order.")
        .Hint("relabel_configs", "each rule is a rule { ... } block")
        .Hint("relabel_config", "each rule is a rule { ... } block")
        .Hint("relabel_rule", "each rule is a rule { ... } block")
        .Hint("forward_to", "relabelled targets are its export \"output\", which a pyroscope.scrape takes as targets");
}
