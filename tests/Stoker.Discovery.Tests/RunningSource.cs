using Stoker.Components;
using Stoker.Labels;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests;

/// <summary>A source that runs without its component and puts what it finds into a store. Disposing stops it.</summary>
/// <param name="time">Another clock than <see cref="ComponentHarness.Time"/>.</param>
internal class RunningSource(string id = "discovery.test.test", TimeProvider? time = null) : ComponentHarness(id, _ => { }, time), IAsyncDisposable
{
    private TargetStore? _store;
    private CancellationTokenSource _stop = new();
    private Task _run = Task.CompletedTask;

    public TargetStore Store => _store ??= new TargetStore(Log, Context.Time, new ComponentMetrics(Context.Metrics, Context.Id));

    public IReadOnlyList<LabelSet> Targets => [.. Store.GetTargets().Items.Cast<Target>().Select(target => target.Labels)];

    public IReadOnlyList<string> Addresses => [.. Targets.Select(labels => labels["__address__"])];

    public IReadOnlyList<string> Failures => StoreDescription.FailuresOf(Store);

    public IReadOnlyList<string> Skipped =>
        [.. Store.Read(question => question.Skipped).SelectMany(entries => entries).Select(entry => $"{entry.Entry}: {entry.Reason}")];

    /// <summary>Starts a source as a change of arguments does: after the one before has ended, and with what that has found.</summary>
    public async Task StartAsync(ITargetSource source)
    {
        await StopAsync();
        Run(source);
    }

    /// <summary>Waits until the store shows what is waited for, and fails after 30 s or with the source's own fault.</summary>
    public async Task UntilAsync(Func<bool> isReached)
    {
        while (!isReached())
        {
            Task changed = Bounded(Store.WaitForChangeAsync(TestContext.Current.CancellationToken));
            if (await Task.WhenAny(changed, _run) == _run)
            {
                await _run;
                Assert.Fail("The source has ended.");
            }

            try
            {
                await changed;
            }
            catch (TimeoutException)
            {
                Assert.Fail($"Not reached. Targets: {string.Join(", ", Addresses.Take(5))}. Failures: {string.Join(", ", Failures)}. Skipped: {string.Join(", ", Skipped)}");
            }
        }
    }

    public async Task UntilRoundAsync() => await await Bounded(Task.WhenAny(Store.Round, _run));

    public async ValueTask DisposeAsync() => await StopAsync();

    protected void Run(ITargetSource source)
    {
        _stop = new CancellationTokenSource();
        _run = source.RunAsync(Store.BeginRun(), _stop.Token);
    }

    private async Task StopAsync()
    {
        await _stop.CancelAsync();
        await _run.WaitAsync(Limit).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        if (_run.Exception is { } exception)
        {
            throw exception;
        }

        Assert.True(_run.IsCompleted, "The source does not end.");
    }
}
