using Stoker.Syntax.Values;

namespace Stoker.Components;

/// <summary>An attribute or a block as the API and the pages show it: of arguments, of exports, of debug information.</summary>
public abstract record BodyItem(string Name);

public sealed record BodyAttribute(string Name, Value Value) : BodyItem(Name);

public sealed record BodyBlock(string Name, string? BlockLabel, IReadOnlyList<BodyItem> Body) : BodyItem(Name);
