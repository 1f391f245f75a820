using Microsoft.Extensions.Logging;
using Stoker.Components;
using Stoker.Http;

namespace Stoker.Scrape;

/// <summary>
/// The running side of one component: its loops, and what they share. A loop whose URL and labels are in the next plan too goes on untouched;
/// all others end after the scrape that they are at.
/// </summary>
internal sealed class ScrapePool(ComponentContext context, ByteBudget budget)
{
    // Held while loops are started, woken and stopped, which runs their code on the same thread until it waits for something, and while the log
    // is told; guards the draining ones and who may replace the loops. Only other reloads wait for it. Taken before the lock below, never after it.
    private readonly Lock _reconciling = new();

    // Guards the arguments and the state of running.
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Task> _draining = new(StringComparer.Ordinal);
    private readonly TargetTally _tally = new();
    private readonly PlanLog _planLog = new(context.Logger, context.Time);

    // Never changed, only replaced, so that it can be read without a lock.
    private volatile Dictionary<ScrapeIdentity, ScrapeLoop> _loops = [];
    private CancellationToken _shutdown;
    private bool _isRunning;
    private HttpClientArguments _http = new();
    private HttpClientArguments? _clientArguments;
    private volatile ScrapeSettings _settings = ScrapeSettings.Of(new ScrapeArguments());
    private volatile ScrapePlan _plan = ScrapePlan.Empty;
    private volatile SharedClient? _client;
    private volatile ScrapeMetrics? _metrics;

    public TimeProvider Time => context.Time;

    public ILogger Logger => context.Logger;

    public ByteBudget Budget => budget;

    public ScrapeSettings Settings => _settings;

    public ScrapePlan Plan => _plan;

    public TargetTally Tally => _tally;

    // Not made in the constructor, because a component that never runs leaves no trace in the shared families.
    public ScrapeMetrics Metrics => _metrics ?? throw new InvalidOperationException("The pool does not run.");

    public void Apply(ScrapeArguments arguments)
    {
        ScrapePlan plan = ScrapePlan.Create(arguments, context.Id);
        lock (_lock)
        {
            _http = arguments.Http;
            _settings = ScrapeSettings.Of(arguments);
            _plan = plan;
            if (!_isRunning)
            {
                return;
            }
        }

        RefreshClient();
        Reconcile();
    }

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        _metrics = new ScrapeMetrics(context.Metrics, context.Id);
        lock (_lock)
        {
            _shutdown = cancellationToken;
            _isRunning = true;
        }

        RefreshClient();
        Reconcile();
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using (cancellationToken.UnsafeRegister(static state => ((TaskCompletionSource)state!).TrySetResult(), cancelled))
        {
            await cancelled.Task;
        }

        try
        {
            await Task.WhenAll(StopAll());
        }
        finally
        {
            _client?.Release();
            _client = null;
            Metrics.Remove();
        }
    }

    /// <summary>The present client, held until the caller releases it.</summary>
    public SharedClient UseClient()
    {
        while (true)
        {
            SharedClient client = _client ?? throw new InvalidOperationException("The pool does not run.");
            if (client.TryUse())
            {
                return client;
            }
        }
    }

    public void Deliver(PlannedScrape scrape, RawProfile profile)
    {
        long start = Time.GetTimestamp();
        try
        {
            _settings.FanOut.Accept(profile);
            Metrics.Forwarded.Inc();
        }
        catch (AggregateException exception)
        {
            Log.ReceiverFailed(Logger, exception, scrape.Url, scrape.ProfileType);
        }

        Metrics.FanOutLatency.Observe(Time.GetElapsedTime(start).TotalSeconds);
    }

    public void ReportHealth(TargetTally.Entry entry, ScrapeStatus status)
    {
        _tally.Report(entry, status);
        Metrics.SetHealth(_tally);
    }

    /// <summary>The loop that scrapes it now; null where there is none. It takes no lock.</summary>
    public ScrapeLoop? LoopOf(PlannedScrape scrape) => _loops.GetValueOrDefault(scrape.Identity);

    /// <summary>Makes connections by the present arguments, where there are none or others; it is done outside the lock, so it looks again.</summary>
    private void RefreshClient()
    {
        while (true)
        {
            HttpClientArguments http;
            lock (_lock)
            {
                http = _http;
                if (!_isRunning || http.Equals(_clientArguments))
                {
                    return;
                }
            }

            var fresh = new SharedClient(HttpConnections.Create(http, context));
            SharedClient? retired = fresh;
            lock (_lock)
            {
                if (_isRunning)
                {
                    retired = _client;
                    _client = fresh;
                    _clientArguments = http;
                }
            }

            retired?.Release();
        }
    }

    /// <summary>Stops every loop and gives the ends of all that still scrape.</summary>
    private Task[] StopAll()
    {
        lock (_reconciling)
        {
            lock (_lock)
            {
                _isRunning = false;
            }

            foreach (ScrapeLoop loop in _loops.Values)
            {
                loop.Stop();
            }

            return [.. _loops.Values.Select(loop => loop.Completion), .. _draining.Values];
        }
    }

    /// <summary>
    /// Makes the loops those of the present plan: 1. those that stay take their new plan, 2. those that are gone are stopped, so that 3. those
    /// that are new know whom to wait for.
    /// </summary>
    private void Reconcile()
    {
        lock (_reconciling)
        {
            ScrapePlan plan;
            lock (_lock)
            {
                if (!_isRunning)
                {
                    return;
                }

                plan = _plan;
            }

            // 1.
            Dictionary<ScrapeIdentity, ScrapeLoop> old = _loops;
            var next = new Dictionary<ScrapeIdentity, ScrapeLoop>(plan.Scrapes.Count);
            foreach (PlannedScrape scrape in plan.Scrapes)
            {
                if (old.TryGetValue(scrape.Identity, out ScrapeLoop? loop))
                {
                    Update(loop, scrape);
                    next.Add(scrape.Identity, loop);
                }
            }

            // 2.
            int stopped = old.Count - next.Count;
            StopMissing(old, next);

            // 3.
            var started = new List<ScrapeLoop>(plan.Scrapes.Count - next.Count);
            foreach (PlannedScrape scrape in plan.Scrapes)
            {
                if (!next.ContainsKey(scrape.Identity))
                {
                    var loop = new ScrapeLoop(scrape, this, _tally.Add(scrape), PredecessorOf(scrape));
                    next.Add(scrape.Identity, loop);
                    started.Add(loop);
                }
            }

            _loops = next;
            started.ForEach(loop => loop.Start(_shutdown));
            Metrics.SetPlan(plan);
            Metrics.SetHealth(_tally);
            Log.TargetsUpdated(Logger, next.Count, started.Count, stopped, plan.Dropped.Count);
            _planLog.Report(plan);
        }
    }

    private void StopMissing(Dictionary<ScrapeIdentity, ScrapeLoop> old, Dictionary<ScrapeIdentity, ScrapeLoop> next)
    {
        foreach (string endpoint in _draining.Where(entry => entry.Value.IsCompleted).Select(entry => entry.Key).ToList())
        {
            _draining.Remove(endpoint);
        }

        foreach ((ScrapeIdentity identity, ScrapeLoop loop) in old)
        {
            if (next.ContainsKey(identity))
            {
                continue;
            }

            loop.Stop();
            _tally.Remove(loop.TallyEntry);
            if (!loop.Completion.IsCompleted)
            {
                string endpoint = loop.Plan.Endpoint;
                _draining[endpoint] = _draining.TryGetValue(endpoint, out Task? other)
                    ? Task.WhenAll(other, loop.Completion)
                    : loop.Completion;
            }
        }
    }

    private Task PredecessorOf(PlannedScrape scrape) =>
        _draining.Count == 0 ? Task.CompletedTask : _draining.GetValueOrDefault(scrape.Endpoint, Task.CompletedTask);

    private void Update(ScrapeLoop loop, PlannedScrape scrape)
    {
        _tally.Move(loop.TallyEntry, scrape);
        loop.Update(scrape);
    }
}
