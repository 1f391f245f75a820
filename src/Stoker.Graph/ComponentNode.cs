using Microsoft.Extensions.Logging;
using Stoker.Components;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Graph;

/// <summary>
/// A component of the graph with its life: made once, started once, stopped once. Its arguments and exports are changed only by the graph, which
/// does one change at a time; they may be read from any thread.
/// </summary>
internal sealed class ComponentNode(string id, ComponentDefinition definition, IComponent component, TimeProvider time, ILogger logger)
{
    private readonly CancellationTokenSource _stopping = new();
    private volatile ComponentHealth _evaluation = new(HealthState.Unknown, "component created", time.GetUtcNow());
    private volatile ComponentHealth _running = new(HealthState.Unknown, "component created", time.GetUtcNow());
    private Task? _run;

    public string Id => id;

    public ComponentDefinition Definition => definition;

    public IComponent Component => component;

    public required BlockStatement Block { get; set; }

    public IReadOnlyList<string> References { get; set; } = [];

    public object? Arguments { get; private set; }

    public ObjectValue Exports { get; set; } = ObjectValue.Empty;

    public bool HasExited => _running.State == HealthState.Exited;

    /// <summary>The worse of how the last evaluation went and how the component runs.</summary>
    public ComponentHealth Health
    {
        get
        {
            ComponentHealth run = _running;
            ComponentHealth evaluation = _evaluation;
            if (run.State == HealthState.Exited || evaluation.State != HealthState.Unhealthy)
            {
                return run.State == HealthState.Healthy && component.HealthMessage is { } message ? run with { Message = message } : run;
            }

            return evaluation;
        }
    }

    public void Apply(object arguments, ObjectValue exports)
    {
        Arguments = arguments;
        Exports = exports;
        try
        {
            component.Apply(arguments);
            _evaluation = new ComponentHealth(HealthState.Healthy, "component evaluated", time.GetUtcNow());
        }
        catch (Exception exception)
        {
            // Apply cannot fail by its contract: this is a bug of the component, which must not take the others down.
            FailEvaluation($"the arguments could not be applied: {exception.Message}");
            Log.ComponentFailed(logger, exception, id);
        }
    }

    public void FailEvaluation(string reason) => _evaluation = new ComponentHealth(HealthState.Unhealthy, reason, time.GetUtcNow());

    /// <summary>Not on another thread, because what a component does before it first waits must be done before its sources start.</summary>
    public void Start() => _run ??= RunAsync();

    /// <summary>Cancels the component and waits until it has ended, or until the deadline has passed: then it is abandoned.</summary>
    public async Task StopAsync(TimeSpan deadline)
    {
        if (_run is null)
        {
            return;
        }

        await _stopping.CancelAsync();
        try
        {
            await _run.WaitAsync(deadline, time);
        }
        catch (TimeoutException)
        {
            Log.ComponentAbandoned(logger, id, deadline);
        }
    }

    private async Task RunAsync()
    {
        _running = new ComponentHealth(HealthState.Healthy, "started component", time.GetUtcNow());
        try
        {
            await component.RunAsync(_stopping.Token);
            _running = new ComponentHealth(HealthState.Exited, "component shut down normally", time.GetUtcNow());
        }
        catch (OperationCanceledException) when (_stopping.IsCancellationRequested)
        {
            _running = new ComponentHealth(HealthState.Exited, "component shut down normally", time.GetUtcNow());
        }
        catch (Exception exception)
        {
            // The edge of the component: a bug inside it ends it alone, visibly, and the next reload makes it anew.
            _running = new ComponentHealth(HealthState.Exited, $"component ended with an error: {exception.Message}", time.GetUtcNow());
            Log.ComponentFailed(logger, exception, id);
        }
    }
}
