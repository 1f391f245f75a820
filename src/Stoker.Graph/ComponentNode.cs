using Microsoft.Extensions.Logging;
using Stoker.Components;

namespace Stoker.Graph;

/// <summary>
/// The life of a component: made once, started once, stopped once. Its arguments are changed only by the graph, which does one change at a time;
/// the rest may be read from any thread.
/// </summary>
internal sealed class ComponentNode(string id, ComponentDefinition definition, IComponent component, TimeProvider time, ILogger logger)
{
    private static readonly TimeSpan Reminder = TimeSpan.FromMinutes(1);

    private readonly CancellationTokenSource _stopping = new();
    private volatile ComponentHealth _running = new(HealthState.Unknown, "component created", time.GetUtcNow());
    private volatile ComponentHealth? _fault;
    private Task? _run;

    public string Id => id;

    public ComponentDefinition Definition => definition;

    public IComponent Component => component;

    public bool HasExited => _running.State == HealthState.Exited;

    /// <summary>How the component runs; that its block could not be evaluated is another matter.</summary>
    public ComponentHealth Health =>
        _running is { State: not HealthState.Exited } && _fault is { } fault ? fault
        : _running is { State: HealthState.Healthy } running && component.HealthMessage is { } message ? running with { Message = message }
        : _running;

    public void Apply(object arguments)
    {
        try
        {
            component.Apply(arguments);
            _fault = null;
        }
        catch (Exception exception)
        {
            // Apply cannot fail by its contract: this is a bug of the component, which must not take the others down.
            _fault = new ComponentHealth(HealthState.Unhealthy, $"the arguments could not be applied: {exception.Message}", time.GetUtcNow());
            Log.ComponentFailed(logger, exception, id);
        }
    }

    /// <summary>
    /// Starts the component where it does not run yet. Not on another thread, because what a component does before it first waits must be done before
    /// its sources start.
    /// </summary>
    public void Start() => _run ??= RunAsync();

    /// <summary>Cancels the component and waits until it has ended, or until the deadline has passed: then it is abandoned. Each minute of waiting is logged.</summary>
    public async Task StopAsync(TimeSpan deadline)
    {
        if (_run is null)
        {
            return;
        }

        try
        {
            await _stopping.CancelAsync();
        }
        catch (AggregateException exception)
        {
            // A bug in what the component does when it is cancelled; it is waited for all the same.
            Log.ComponentFailed(logger, exception, id);
        }

        for (TimeSpan waited = TimeSpan.Zero; waited < deadline; waited += Reminder)
        {
            try
            {
                await _run.WaitAsync(deadline - waited < Reminder ? deadline - waited : Reminder, time);
                return;
            }
            catch (TimeoutException) when (deadline - waited > Reminder)
            {
                Log.ComponentStopping(logger, id, waited + Reminder, deadline);
            }
            catch (TimeoutException)
            {
                // The deadline itself, which the end of the loop tells of.
            }
        }

        Log.ComponentAbandoned(logger, id, deadline);
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
