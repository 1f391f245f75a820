using System.Globalization;
using Prometheus;
using Stoker.Components;
using Stoker.Syntax.Values;
using Stoker.TestKit.Programs;
using Xunit;

namespace Stoker.TestKit;

/// <summary>
/// What a component or a source of a test runs in: a clock that stands still unless the test moves it, the lines that were logged and the metrics.
/// Everything that is waited for has a bound, so that a fault fails the test instead of hanging it.
/// </summary>
public abstract class ComponentHarness
{
    protected static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    private readonly CollectorRegistry _registry = Metrics.NewCustomRegistry();

    /// <param name="publish">Gets what the component publishes.</param>
    /// <param name="time">Another clock than <see cref="Time"/>.</param>
    /// <param name="http">The other end of the connections; null where real ones are made.</param>
    protected ComponentHarness(string id, Action<ObjectValue> publish, TimeProvider? time = null, HttpMessageHandler? http = null, string storagePath = "/nonexistent") => Context = new ComponentContext
    {
        Id = id,
        Logger = Log,
        Time = time ?? Time,
        Metrics = Metrics.WithCustomRegistry(_registry),
        StoragePath = storagePath,
        Agent = new AgentIdentity("0.0.0", "Stoker/0.0.0 (test)", "6f9b7a52-0000-4000-8000-000000000001"),
        PublishExports = publish,
        HttpHandler = http,
    };

    public ManualTimeProvider Time { get; } = new();

    public CapturingLogger Log { get; } = new();

    public ComponentContext Context { get; }

    /// <summary>Waits for what the code under test does by itself, with the clock standing still.</summary>
    public static Task Bounded(Task task) => task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public static async Task<T> Bounded<T>(Task<T> task) => await task.WaitAsync(Limit, TestContext.Current.CancellationToken);

    public Task LoggedAsync(int eventId, int count = 1) => Bounded(Log.WaitForAsync(eventId, count));

    /// <summary>Waits until the code under test sleeps for exactly so long.</summary>
    public Task SleepsAsync(TimeSpan sleep) => Bounded(Time.WaitForTimerDueInAsync(sleep));

    /// <summary>Waits until the code under test sleeps for exactly so long, and lets it pass.</summary>
    public async Task PassAsync(TimeSpan sleep)
    {
        await SleepsAsync(sleep);
        Time.Advance(sleep);
    }

    public async Task<MetricsSnapshot> MetricsAsync() => MetricsSnapshot.Parse(await MetricsTextAsync());

    public async Task<string> MetricsTextAsync()
    {
        using var text = new MemoryStream();
        await _registry.CollectAndExportAsTextAsync(text);
        return System.Text.Encoding.UTF8.GetString(text.ToArray());
    }

    /// <summary>The value of the one series of a name whose line contains a text, or null.</summary>
    public async Task<double?> MetricAsync(string name, string containing = "")
    {
        string? line = (await MetricsTextAsync()).Split('\n').SingleOrDefault(candidate =>
            candidate.StartsWith(name + "{", StringComparison.Ordinal) && candidate.Contains(containing, StringComparison.Ordinal));
        return line is null ? null : double.Parse(line[(line.LastIndexOf(' ') + 1)..], CultureInfo.InvariantCulture);
    }
}
