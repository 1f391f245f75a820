using Stoker.Graph.Planning;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>What an evaluation starts from.</summary>
internal sealed record PassInput
{
    /// <summary>What the last committed evaluation made, by identifier.</summary>
    public required IReadOnlyDictionary<string, StagedNode> Before { get; init; }

    /// <summary>True where the configuration was read: then everything is evaluated, and a mistake anywhere means that nothing is committed.</summary>
    public required bool IsLoad { get; init; }

    /// <summary>Exports that components have published since, by identifier.</summary>
    public IReadOnlyDictionary<string, ObjectValue> Published { get; init; } = new Dictionary<string, ObjectValue>();

    /// <summary>Imports and foreach blocks that keep what they had, with the reason.</summary>
    public IReadOnlyDictionary<string, string> Kept { get; init; } = new Dictionary<string, string>();

    /// <summary>Makes the running side of a component from its identifier; it has no effect yet.</summary>
    public required Func<string, PlannedNode, ComponentNode> Create { get; init; }
}
