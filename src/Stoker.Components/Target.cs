using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Components;

/// <summary>
/// An address with its labels, as discovery or the file gives it: the element of every <c>targets</c> list. Equal by labels.
/// </summary>
/// <param name="labels">All labels, the internal ones included.</param>
/// <param name="literal">Where the target is written out in the file; null where a component exports it.</param>
public sealed class Target(LabelSet labels, SourceSpan? literal = null) : CapsuleValue
{
    public LabelSet Labels { get; } = labels;

    public SourceSpan? Literal { get; } = literal;

    public override string HostType => "target";

    public override ObjectValue AsObject() =>
        new(Labels.Select(label => new KeyValuePair<string, Value>(label.Name, new StringValue(label.Value))));

    public override bool Equals(object? obj) => obj is Target other && Labels.Equals(other.Labels);

    public override int GetHashCode() => Labels.GetHashCode();
}
