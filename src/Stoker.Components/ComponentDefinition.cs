using Stoker.Components.Arguments;
using Stoker.Syntax;

namespace Stoker.Components;

/// <summary>A kind of component: its name, what it takes and how one is made.</summary>
/// <param name="Name">The dotted block name, such as <c>pyroscope.scrape</c>.</param>
/// <param name="Arguments">The declaration of its arguments.</param>
/// <param name="Create">
/// Makes a component. It does no work and has no side effect: loading a file for <c>validate</c> creates components that never run.
/// </param>
public sealed record ComponentDefinition(string Name, BlockSchema Arguments, Func<ComponentContext, IComponent> Create)
{
    /// <summary>True for a block of the agent itself, such as <c>logging</c>: it has no label and exists at most once.</summary>
    public bool IsConfigBlock { get; init; }

    /// <summary>True for a name that is known only to be refused with its own reason; lists of what there is leave it out.</summary>
    public bool IsReserved { get; init; }

    /// <summary>
    /// True for <c>import.*</c>: its export <c>content</c> is a <see cref="ModuleContentValue"/>, whose declarations others use under its label.
    /// </summary>
    public bool IsImport { get; init; }

    /// <summary>True for an import whose text comes from a server: modules in it may not import files of this machine.</summary>
    public bool ImportsFromServer { get; init; }

    /// <summary>True for an import that reads files of this machine.</summary>
    public bool ImportsFiles { get; init; }

    /// <summary>How settled it is; refused where <c>--stability.level</c> asks for more.</summary>
    public StabilityLevel Stability { get; init; } = StabilityLevel.GenerallyAvailable;

    /// <summary>True for an <see cref="IOutsideSource"/>, which only reads (targets, files, answers of servers): a command that inspects a configuration runs it, and nothing else.</summary>
    public bool IsOutsideSource { get; init; }
}
