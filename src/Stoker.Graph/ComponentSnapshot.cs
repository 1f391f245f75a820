using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Graph;

public enum HealthState
{
    Unknown,
    Healthy,
    Unhealthy,
    Exited,
}

public sealed record ComponentHealth(HealthState State, string Message, DateTimeOffset UpdatedTime);

/// <summary>One component, instance of a <c>declare</c> or <c>foreach</c> as it stands at a moment, for the API and the commands.</summary>
/// <param name="Id">The identifier, such as <c>pyroscope.scrape.local</c>, or <c>shop.main/pyroscope.scrape.local</c> inside a module.</param>
/// <param name="Name">The kind, such as <c>pyroscope.scrape</c>.</param>
/// <param name="BlockLabel">The label in the file; null for a config block.</param>
/// <param name="ReferencesTo">The identifiers of what its arguments use the exports of, sorted.</param>
/// <param name="ReferencedBy">The identifiers of what uses its exports, sorted.</param>
/// <param name="Arguments">What of the arguments differs from the defaults.</param>
/// <param name="Component">The running component, for its debug information; null for what only groups others, or has never had all its arguments.</param>
public sealed record ComponentSnapshot(
    string Id,
    string Name,
    string? BlockLabel,
    IReadOnlyList<string> ReferencesTo,
    IReadOnlyList<string> ReferencedBy,
    ComponentHealth Health,
    IReadOnlyList<BodyItem> Arguments,
    ObjectValue Exports,
    IComponent? Component)
{
    /// <summary>The modules that it made: of an instance its own, of a <c>foreach</c> one for each item.</summary>
    public IReadOnlyList<string> ModuleIds { get; init; } = [];
}
