using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Labels;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Running;

/// <summary>A running component with a manual clock, a scripted target and a receiver that keeps everything.</summary>
internal sealed class RunningScrape : IAsyncDisposable
{
    public const string Id = "pyroscope.scrape.test";

    private static readonly TimeSpan Bound = TimeSpan.FromSeconds(30);

    private readonly CancellationTokenSource _stop = new();
    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();
    private readonly Task _run;

    public RunningScrape(ScrapeArguments arguments, ScriptedHttpHandler handler, ManualTimeProvider? time = null, ByteBudget? budget = null)
    {
        Handler = handler;
        Time = time ?? new ManualTimeProvider();
        var context = new ComponentContext
        {
            Id = Id,
            Logger = NullLogger.Instance,
            Time = Time,
            Metrics = Metrics.WithCustomRegistry(_registry),
            StoragePath = "/nowhere",
            Agent = new AgentIdentity("0.0.0", "Stoker/test", "00000000-0000-0000-0000-000000000000"),
            PublishExports = _ => { },
            HttpHandler = handler,
        };
        ComponentDefinition definition = ScrapeComponent.Define(budget ?? new ByteBudget(ScrapeComponent.InFlightLimitBytes));
        Component = (ScrapeComponent)definition.Create(context);
        Apply(arguments);
        _run = Component.RunAsync(_stop.Token);
    }

    public ScriptedHttpHandler Handler { get; }

    public ManualTimeProvider Time { get; }

    public RecordingReceiver Receiver { get; } = new();

    public ScrapeComponent Component { get; }

    /// <summary>One custom profile type of one target.</summary>
    public static ScrapeArguments One(string type, bool delta = false, string path = "/p", params (string Name, string Value)[] labels) => new()
    {
        Targets = [TargetOf([("__address__", "h:1"), ("service_name", "web"), .. labels])],
        Profiling = new ProfilingArguments
        {
            Standard = new ProfilingArguments().Standard.ToDictionary(entry => entry.Key, entry => entry.Value with { Enabled = false }),
            Custom = [new Labelled<ProfileArguments>(type, default, new ProfileArguments { Enabled = true, Path = path, Delta = delta })],
        },
    };

    public static Target TargetOf(params (string Name, string Value)[] labels) => new(LabelSet.Of(labels));

    public static Task WithinBound(Task task) => task.WaitAsync(Bound, TestContext.Current.CancellationToken);

    public void Apply(ScrapeArguments arguments) => ((IComponent)Component).Apply(
        arguments.ForwardTo.Count > 0 ? arguments : arguments with { ForwardTo = [new ProfileReceiverValue("sink", Receiver)] });

    /// <summary>How long the only scrape waits for its first slot.</summary>
    public TimeSpan UntilSlot(PlannedScrape scrape)
    {
        long wait = (scrape.SlotOffset.Ticks - (Time.GetUtcNow().Ticks % scrape.Interval.Ticks) + scrape.Interval.Ticks) % scrape.Interval.Ticks;
        return TimeSpan.FromMilliseconds(Math.Ceiling(TimeSpan.FromTicks(wait).TotalMilliseconds));
    }

    /// <summary>Moves the clock to the first slot of the only loop and waits until its scrape has ended.</summary>
    public async Task FirstTickAsync()
    {
        PlannedScrape scrape = Component.Plan.Scrapes[0];
        await ReachFirstSlotAsync();
        await AsleepForAsync(scrape.Interval);
    }

    /// <summary>Moves the clock to the first slot of the only loop; the scrape may still be at work.</summary>
    public async Task ReachFirstSlotAsync()
    {
        TimeSpan wait = UntilSlot(Component.Plan.Scrapes[0]);
        await AsleepForAsync(wait);
        Time.Advance(wait);
    }

    /// <summary>Moves the clock by one interval and waits until the only loop sleeps again.</summary>
    public async Task TickAsync()
    {
        TimeSpan interval = Component.Plan.Scrapes[0].Interval;
        Time.Advance(interval);
        await AsleepForAsync(interval);
    }

    public Task AsleepForAsync(TimeSpan time) => WithinBound(Time.WaitForTimerDueInAsync(time));

    public IReadOnlyDictionary<string, string> Shown(int index = 0, string block = "target") =>
        Component.DescribeState().OfType<BodyBlock>().Where(item => item.Name == block).ElementAt(index).Body.OfType<BodyAttribute>()
            .ToDictionary(attribute => attribute.Name, attribute => ValueText.Format(attribute.Value).Trim('"'));

    /// <summary>The value of a metric line, such as <c>stoker_delta_resets_total</c> or <c>x{reason="status"}</c> by the labels named; 0 without one.</summary>
    public async Task<double> MetricAsync(string name, string label = "") =>
        (await ExportAsync(name, label)).Sum(line => double.Parse(line[(line.LastIndexOf(' ') + 1)..]));

    /// <summary>How many lines a metric has.</summary>
    public async Task<int> LinesAsync(string name, string label = "") => (await ExportAsync(name, label)).Length;

    public async Task StopAsync()
    {
        await _stop.CancelAsync();
        await WithinBound(_run);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _stop.Dispose();
    }

    private async Task<string[]> ExportAsync(string name, string label)
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text, TestContext.Current.CancellationToken);
        return [.. Encoding.UTF8.GetString(text.ToArray()).Split('\n')
            .Where(line => line.StartsWith(name + "{", StringComparison.Ordinal) || line.StartsWith(name + " ", StringComparison.Ordinal))
            .Where(line => line.Contains(label, StringComparison.Ordinal))];
    }
}
