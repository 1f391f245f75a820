using Stoker.Syntax.Values;

namespace Stoker.Components;

/// <summary>An attribute or a block as the API and the pages show it: of arguments, of exports, of debug information.</summary>
public abstract record BodyItem(string Name);

public sealed record BodyAttribute(string Name, Value Value) : BodyItem(Name);

/// <summary>A block with attributes and blocks in it.</summary>
public sealed record BodyBlock : BodyItem
{
    private readonly IReadOnlyList<BodyItem>? _body;
    private readonly Func<IReadOnlyList<BodyItem>>? _describe;

    public BodyBlock(string name, string? blockLabel, IReadOnlyList<BodyItem> body)
        : base(name)
    {
        BlockLabel = blockLabel;
        _body = body;
    }

    /// <summary>A block of which there are so many that a body is only built while somebody looks at it.</summary>
    /// <param name="describe">Builds the body from what it captured, the same each time. Called at each access, from any thread.</param>
    public BodyBlock(string name, string? blockLabel, Func<IReadOnlyList<BodyItem>> describe)
        : base(name)
    {
        BlockLabel = blockLabel;
        _describe = describe;
    }

    public string? BlockLabel { get; }

    public IReadOnlyList<BodyItem> Body => _body ?? _describe!();
}
