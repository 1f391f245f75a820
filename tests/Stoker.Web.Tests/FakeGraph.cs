using Stoker.Components;
using Stoker.Graph;
using Stoker.Syntax.Values;

namespace Stoker.Web.Tests;

/// <summary>A graph whose state a test sets. Safe to set between requests.</summary>
internal sealed class FakeGraph
{
    public static readonly DateTimeOffset Started = new(2026, 7, 20, 8, 0, 1, TimeSpan.Zero);

    public bool IsReady { get; set; } = true;

    public IReadOnlyList<ComponentSnapshot> Components { get; set; } = [];

    public ReloadResult NextReload { get; set; } = new(true, []);

    public int Reloads { get; private set; }

    public int Refreshes { get; private set; }

    public GraphView View => new(
        () => IsReady,
        () => Components,
        _ =>
        {
            Reloads++;
            return Task.FromResult(NextReload);
        },
        () => Refreshes++);

    public static ComponentSnapshot Component(
        string id, HealthState state = HealthState.Healthy, string message = "started component", IEnumerable<BodyItem>? debugInformation = null) =>
        new(id, id, null, [], [], new ComponentHealth(state, message, Started), [], ObjectValue.Empty, new StateOnly(debugInformation ?? []));

    /// <summary>A component that only has debug information.</summary>
    internal sealed class StateOnly(IEnumerable<BodyItem> state) : IComponent
    {
        public string? HealthMessage => null;

        public ObjectValue Stage(object arguments) => throw new NotSupportedException();

        public void Apply(object arguments) => throw new NotSupportedException();

        public Task RunAsync(CancellationToken cancellationToken) => throw new NotSupportedException();

        public IEnumerable<BodyItem> DescribeState() => state;
    }
}
