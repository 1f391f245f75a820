using Microsoft.Extensions.Logging;
using Prometheus;
using Stoker.Syntax.Values;

namespace Stoker.Components;

/// <summary>What this process calls itself towards targets and backends.</summary>
/// <param name="UserAgent">The <c>User-Agent</c> of every request, such as <c>Stoker/0.1.0 (linux)</c>.</param>
/// <param name="InstanceId">A UUID of this installation, kept in the storage path.</param>
public sealed record AgentIdentity(string Version, string UserAgent, string InstanceId);

/// <summary>All that a component gets from outside.</summary>
public sealed record ComponentContext
{
    /// <summary>The component's identifier, such as <c>pyroscope.scrape.local</c>, or <c>shop.main/pyroscope.scrape.local</c> inside a module.</summary>
    public required string Id { get; init; }

    /// <summary>A logger whose lines carry <c>component_path</c> and <c>component_id</c>.</summary>
    public required ILogger Logger { get; init; }

    public required TimeProvider Time { get; init; }

    /// <summary>
    /// Where the component creates its metrics. Families are shared by all components of one kind, so each has the labels
    /// <c>component_path</c> and <c>component_id</c> (<see cref="ComponentPath"/>), and a component removes its own children when it stops.
    /// </summary>
    public required IMetricFactory Metrics { get; init; }

    /// <summary>The absolute path of <c>--storage.path</c>.</summary>
    public required string StoragePath { get; init; }

    public required AgentIdentity Agent { get; init; }

    /// <summary>Publishes exports that changed while the component runs. Safe from several threads; returns at once.</summary>
    public required Action<ObjectValue> PublishExports { get; init; }

    /// <summary>Null in a real process, where each component builds its connections from its arguments; a test passes its own end here.</summary>
    public HttpMessageHandler? HttpHandler { get; init; }
}
