using Stoker.Components;
using Stoker.Graph.Planning;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>What one evaluation made of a node. Immutable; nothing of it is visible before the whole evaluation is committed.</summary>
/// <param name="Id">The identifier with those of the modules around it, such as <c>shop.main/pyroscope.scrape.web</c>.</param>
/// <param name="References">The identifiers of what it was computed from; when the exports of one change, it is computed again.</param>
internal sealed record StagedNode(string Id, PlannedNode Plan, IReadOnlyList<string> References)
{
    public required Value Exports { get; init; }

    /// <summary>The running side of a component; null for every other node.</summary>
    public ComponentNode? Component { get; init; }

    /// <summary>The decoded arguments of a component or a <c>foreach</c>; null as long as they cannot be computed.</summary>
    public object? Arguments { get; init; }

    /// <summary>True where the arguments are new in this evaluation.</summary>
    public bool IsNew { get; init; }

    /// <summary>Why it keeps earlier arguments, or has none; null where it is as the configuration says.</summary>
    public string? Problem { get; init; }

    /// <summary>True where the problem is that something else is not there yet, and not a mistake.</summary>
    public bool IsWaiting { get; init; }

    /// <summary>What an import brought, and its plan; null before the first.</summary>
    public ImportedModule? Module { get; init; }

    /// <summary>The content that an import brought last and that could not be used.</summary>
    public ModuleContentValue? RefusedContent { get; init; }

    /// <summary>True where the refused text has mistakes of its own, so that nothing else can make it right.</summary>
    public bool IsRefusedForItself { get; init; }

    /// <summary>The identifiers of the modules that it made: of an instance one, of a <c>foreach</c> one for each item.</summary>
    public IReadOnlyList<string> ModuleIds { get; init; } = [];

    /// <summary>When it was evaluated.</summary>
    public DateTimeOffset EvaluatedAt { get; init; }

    public bool IsRunnable => Component is not null && Arguments is not null;
}

/// <summary>The text of an import and what it means.</summary>
internal sealed record ImportedModule(ModuleContentValue Content, ModulePlan Plan);
