using System.Globalization;
using Prometheus;
using Stoker.Components;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Delivery.Tests;

/// <summary>A sink under test, running: its clock stands still unless the test moves it. Disposing stops it and checks that nothing was lost silently.</summary>
internal sealed class Running : IAsyncDisposable
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly CancellationTokenSource _stop = new();
    private readonly IComponent _component;
    private readonly TimeSpan _regularSleep;
    private Task _run = Task.CompletedTask;

    private Running(ComponentDefinition definition, string storagePath)
    {
        _regularSleep = definition.Name == "stoker.files" ? TimeSpan.FromSeconds(61) : TimeSpan.FromSeconds(5.1);
        _component = definition.Create(new ComponentContext
        {
            Id = $"{definition.Name}.test",
            Logger = Log,
            Time = Time,
            Metrics = Metrics.WithCustomRegistry(_registry),
            StoragePath = storagePath,
            Agent = new AgentIdentity("0.0.0", "Stoker/0.0.0 (test)", "6f9b7a52-0000-4000-8000-000000000001"),
            PublishExports = _ => { },
        });
    }

    public ManualTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, 678, TimeSpan.Zero));

    public CapturingLogger Log { get; } = new();

    public string? Health => _component.HealthMessage;

    /// <summary>The receiver as a scrape gets it: once, from the exports.</summary>
    public IProfileReceiver Receiver { get; private set; } = null!;

    public static Running Start(ComponentDefinition definition, object arguments, string storagePath = "/nonexistent")
    {
        var running = new Running(definition, storagePath);
        running.Apply(arguments);
        running.Run();
        return running;
    }

    public void Apply(object arguments)
    {
        ObjectValue exports = _component.Stage(arguments);
        _component.Apply(arguments);
        IProfileReceiver receiver = ((ProfileReceiverValue)exports.Fields["receiver"]).Receiver;
        Receiver ??= receiver;
        Assert.Same(Receiver, receiver);
    }

    /// <summary>Awaits with a bound, so that a fault fails the test instead of hanging it.</summary>
    public static Task Bounded(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public Task LoggedAsync(int eventId, int count = 1) => Bounded(Log.WaitForAsync(eventId, count));

    /// <summary>
    /// Moves the clock once the component has gone to sleep, and then a little more: a loop that wakes while the clock moves may have read it
    /// half-way and sleep once again.
    /// </summary>
    public async Task AdvanceAsync(TimeSpan by)
    {
        await Bounded(Time.WaitForTimersAsync(1));
        Time.Advance(by);
        await Bounded(Time.WaitForTimersAsync(1));
        Time.Advance(_regularSleep);
    }

    /// <summary>The blocks, or the attributes, of the debug information.</summary>
    public IReadOnlyList<BodyItem> Describe() => [.. _component.DescribeState()];

    public string State(string attribute, int endpoint = 0) => Show(Body(endpoint).OfType<BodyAttribute>().Single(item => item.Name == attribute).Value);

    public bool HasState(string attribute, int endpoint = 0) => Body(endpoint).Any(item => item.Name == attribute);

    public long Count(string attribute, int endpoint = 0) => long.Parse(State(attribute, endpoint), CultureInfo.InvariantCulture);

    public long Dropped(string reason, int endpoint = 0) =>
        Body(endpoint).OfType<BodyAttribute>().Single(item => item.Name == "dropped").Value is ObjectValue reasons
            && reasons.Fields.TryGetValue(reason, out Value? count) && ((NumberValue)count).TryGetInt64(out long number)
            ? number
            : 0;

    /// <summary>The text of /metrics.</summary>
    public async Task<string> ExportMetricsAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>Stops it; the clock stands still.</summary>
    public async Task CancelAsync()
    {
        await _stop.CancelAsync();
        await _run;
    }

    /// <summary>Stops it and lets the grace of the stop pass.</summary>
    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        while (!_run.IsCompleted)
        {
            await Bounded(Task.WhenAny(_run, Time.WaitForTimersAsync(1)));
            Time.Advance(TimeSpan.FromMilliseconds(100));

            // The other threads get their turn before the clock moves on.
            await Task.WhenAny(_run, Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken));
        }

        await _run;
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        IReadOnlyList<BodyItem> state = Describe();
        int blocks = state.Count(item => item is BodyBlock);
        for (int i = 0; i < Math.Max(blocks, state.Count > 0 ? 1 : 0); i++)
        {
            long dropped = ((ObjectValue)Body(i).OfType<BodyAttribute>().Single(item => item.Name == "dropped").Value).Fields.Values
                .Sum(value => ((NumberValue)value).TryGetInt64(out long count) ? count : 0);
            long delivered = HasState("delivered", i) ? Count("delivered", i) : Count("written", i);
            Assert.Equal(0, Count("queued", i));
            Assert.Equal(Count("accepted", i), delivered + dropped);
        }

        Assert.DoesNotContain("component_id=", await ExportMetricsAsync(), StringComparison.Ordinal);
    }

    private void Run() => _run = _component.RunAsync(_stop.Token);

    private IReadOnlyList<BodyItem> Body(int endpoint)
    {
        List<BodyBlock> blocks = [.. Describe().OfType<BodyBlock>()];
        return blocks.Count > 0 ? blocks[endpoint].Body : Describe();
    }

    private static string Show(Value value) => value switch
    {
        StringValue text => text.Content,
        NumberValue number when number.TryGetInt64(out long content) => content.ToString(CultureInfo.InvariantCulture),
        _ => value.ToString() ?? "",
    };
}
