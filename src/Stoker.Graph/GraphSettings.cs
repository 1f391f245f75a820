using Microsoft.Extensions.Logging;
using Prometheus;
using Stoker.Components;
using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph;

/// <summary>All that a graph gets from outside.</summary>
public sealed record GraphSettings
{
    /// <summary>The file or directory, as the user gave it.</summary>
    public required string ConfigurationPath { get; init; }

    public required ComponentCatalog Catalog { get; init; }

    public required IReadOnlyDictionary<string, Value> StandardLibrary { get; init; }

    /// <summary>Makes the context of a component from its identifier and the callback that publishes its exports.</summary>
    public required Func<string, Action<ObjectValue>, ComponentContext> CreateContext { get; init; }

    public StabilityLevel Stability { get; init; } = StabilityLevel.GenerallyAvailable;

    /// <summary>True where the configuration is only looked at: a file that is not on this machine is then a warning, and what needs it is not checked.</summary>
    public bool IsInspection { get; init; }

    public required TimeProvider Time { get; init; }

    public required ILogger Logger { get; init; }

    public required IMetricFactory Metrics { get; init; }

    internal PlanSettings Planning => new(Catalog, StandardLibrary, Stability);

    /// <summary>How long a component may take to stop before it is abandoned.</summary>
    public TimeSpan ShutdownDeadline { get; init; } = TimeSpan.FromMinutes(10);
}
