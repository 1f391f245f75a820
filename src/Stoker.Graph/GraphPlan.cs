using Stoker.Components;
using Stoker.Syntax.Ast;

namespace Stoker.Graph;

/// <summary>One block of the configuration that becomes a component.</summary>
/// <param name="Definition">Null where the block has a mistake that keeps it from being built; what refers to it fails without a report of its own.</param>
/// <param name="References">The identifiers that its expressions refer to, sorted.</param>
/// <param name="Unresolved">Chains of names that lead nowhere; they are reported already.</param>
internal sealed record PlannedNode(
    string Id, ComponentDefinition? Definition, BlockStatement Block, IReadOnlyList<string> References, IReadOnlyList<string> Unresolved);

/// <summary>The blocks of a configuration in the order of their evaluation: what a block refers to comes before it.</summary>
internal sealed record GraphPlan(IReadOnlyList<PlannedNode> Nodes);
