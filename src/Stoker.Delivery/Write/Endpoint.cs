using System.Collections.Concurrent;
using Stoker.Components;
using Stoker.Delivery.Queue;
using Stoker.Labels;

namespace Stoker.Delivery.Write;

/// <summary>
/// One endpoint of pyroscope.write: its queue and the loop that empties it. Independent of every other endpoint. The loop alone decides what is
/// sent and what an answer leads to; pushes run beside it and hand their answers back. <see cref="Accept"/>, <see cref="Configure"/> and
/// <see cref="Remove"/> may be called from any thread.
/// </summary>
internal sealed class Endpoint
{
    /// <summary>How long a stop waits for what is under way and queued: well within the five seconds that a stop may take.</summary>
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(3);

    // How often the age of the oldest profile is brought up to date.
    private static readonly TimeSpan GaugeInterval = TimeSpan.FromSeconds(5);

    // Looking through the queue has a price, and a second more makes no profile too old.
    private static readonly TimeSpan ExpiryInterval = TimeSpan.FromSeconds(1);

    private readonly ComponentContext _context;
    private readonly MemoryQueue _queue;
    private readonly EndpointPace _pace;
    private readonly Wakeup _wakeup;
    private readonly DropLog _dropLog;
    private readonly EndpointReport _report;
    private readonly AnswerSettlement _settlement;
    private readonly ConcurrentQueue<Attempt> _answered = new();
    private readonly Dictionary<QueuedProfile, (Task Push, EndpointPlan Plan)> _inFlight = [];
    private readonly CancellationTokenSource _abort = new();
    private volatile EndpointPlan _plan;
    private EndpointPlan? _appliedPlan;
    private volatile bool _removed;
    private bool _aloneInFlight;
    private long _nextExpiry;
    private int _started;

    public Endpoint(ComponentContext context, EndpointPlan plan, EndpointMetrics metrics)
    {
        _context = context;
        _plan = plan;
        _report = new EndpointReport(context, metrics);
        _pace = new EndpointPace(context.Time);
        _wakeup = new Wakeup(context.Time);
        _dropLog = new DropLog(context.Logger, context.Time);
        _queue = new MemoryQueue(plan.Arguments.Queue.MaxBytes, OnDropped);
        _settlement = new AnswerSettlement(_queue, _pace, _report, context.Time);
    }

    public EndpointPlan Plan => _plan;

    public string MetricsName => _report.Metrics.Name;

    public EndpointStatus Status => _report.Status;

    public QueueCounts GetCounts() => _queue.GetCounts();

    public void Accept(RawProfile profile, LabelSet labels, string? labelFault)
    {
        var record = new QueuedProfile(profile, labels);
        _report.Metrics.Accepted.Inc();
        if (labelFault is not null)
        {
            _queue.Refuse(record, DropReason.InvalidLabels, labelFault);
            return;
        }

        _queue.Enqueue(record);
        _wakeup.Set();
    }

    /// <summary>Takes the metrics of a URL that the endpoint no longer has away.</summary>
    public void RemoveMetrics() => _report.Metrics.Remove();

    /// <summary>Replaces the way in which the endpoint is sent to; the queue stays.</summary>
    public void Configure(EndpointPlan plan, EndpointMetrics? newMetrics)
    {
        EndpointPlan old = _plan;
        _plan = plan;
        if (newMetrics is not null)
        {
            _report.Metrics = newMetrics;
        }

        if (old.Connection != plan.Connection)
        {
            old.Connection.Release();
        }

        _wakeup.Set();
    }

    /// <summary>Gives the queue up; what is under way gets the grace of a stop. A loop that runs still has to be stopped.</summary>
    public void Remove()
    {
        _removed = true;
        Abandon(DropReason.EndpointRemoved);
        if (Interlocked.Exchange(ref _started, 1) == 0)
        {
            _plan.Connection.Release();
            _report.Metrics.Remove();
        }
    }

    /// <summary>Sends until stopped; then for a few seconds more, and what is left is dropped and counted.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        if (Interlocked.Exchange(ref _started, 1) == 1)
        {
            // Removed before it ran.
            return;
        }

        using CancellationTokenRegistration onStop = stop.Register(_wakeup.Set);
        try
        {
            long? graceEnds = null;
            while (true)
            {
                ApplyPlan();
                await SettleAnsweredAsync();
                DropExpired();
                if (stop.IsCancellationRequested)
                {
                    graceEnds ??= Now + ToTimestamp(Grace);
                    if (IsOver(graceEnds.Value))
                    {
                        break;
                    }
                }

                StartPushes();
                _report.UpdateGauges(_queue, _inFlight.Count);
                await _wakeup.WaitAsync(NextLook(graceEnds));
            }
        }
        finally
        {
            await EndAsync();
        }
    }

    private long Now => _context.Time.GetTimestamp();

    private void ApplyPlan()
    {
        EndpointPlan plan = _plan;
        if (plan != _appliedPlan)
        {
            _appliedPlan = plan;
            _pace.Configure(plan.Arguments);
            _queue.SetMaxBytes(plan.Arguments.Queue.MaxBytes);
            _queue.MakeAllDue();
            _report.Metrics.QueueLimit.Set(plan.Arguments.Queue.MaxBytes);
        }
    }

    private async Task SettleAnsweredAsync()
    {
        while (_answered.TryDequeue(out Attempt? attempt))
        {
            // Not fire and forget: a push that failed for a fault of our own ends the component here.
            await _inFlight[attempt.Record].Push;
            _inFlight.Remove(attempt.Record);
            _aloneInFlight &= !attempt.Record.MustBeAlone;
            _settlement.Settle(attempt, _appliedPlan!);
        }
    }

    private void DropExpired()
    {
        TimeSpan maxAge = _plan.Arguments.Queue.MaxAge;
        if (maxAge > TimeSpan.Zero && Now >= _nextExpiry)
        {
            _nextExpiry = Now + ToTimestamp(ExpiryInterval);
            _queue.DropOlderThan(Now - ToTimestamp(maxAge));
        }
    }

    private void StartPushes()
    {
        EndpointPlan plan = _appliedPlan!;
        while (Now >= _pace.OpensAt && !_aloneInFlight && InFlightOf(plan) < _pace.MaxInFlight)
        {
            if (_queue.TryTake(Now, preferFresh: _pace.IsFailing, mayBeAlone: _inFlight.Count == 0) is not { } record)
            {
                return;
            }

            if (!plan.Connection.TryUse())
            {
                // A reload has replaced the plan since; the loop comes round with the new one.
                _queue.Return(record, Now);
                _wakeup.Set();
                return;
            }

            if (record.Attempts++ == 0)
            {
                record.FirstAttempt = Now;
            }
            else
            {
                _report.OnRetry();
            }

            _aloneInFlight = record.MustBeAlone;
            _inFlight[record] = (PushAsync(plan, record, _pace.Generation), plan);
        }
    }

    // Only those that go the present way: pushes that hang at an old URL must not hold the new one up.
    private int InFlightOf(EndpointPlan plan) => _inFlight.Count(push => push.Value.Plan == plan);

    private async Task PushAsync(EndpointPlan plan, QueuedProfile record, int generation)
    {
        PushAnswer? answer = null;
        long started = Now;
        try
        {
            // Off the loop's thread, which has other pushes to start.
            await Task.Yield();
            answer = await PushClient.PushAsync(plan, record, _context.Agent, _context.Time, _abort.Token);
            _report.Metrics.PushLatency.Observe(_context.Time.GetElapsedTime(started).TotalSeconds);
        }
        finally
        {
            plan.Connection.Release();
            _answered.Enqueue(new Attempt(plan, record, generation, answer));
            _wakeup.Set();
        }
    }

    private bool IsOver(long graceEnds)
    {
        bool isEmpty = _queue.Count == 0;
        bool isHopeless = _inFlight.Count == 0 && (_pace.OpensAt > graceEnds || _removed);
        return isEmpty || isHopeless || Now >= graceEnds;
    }

    private TimeSpan? NextLook(long? graceEnds)
    {
        long now = Now;
        long? next = graceEnds;
        if (_queue.Count > 0)
        {
            next = Earlier(next, now + ToTimestamp(GaugeInterval));
            next = Earlier(next, _pace.OpensAt > now ? _pace.OpensAt : null);
            long? due = _queue.NextDue;
            next = Earlier(next, due > now ? due : null);
        }

        return next is { } moment ? _context.Time.GetElapsedTime(now, Math.Max(now, moment)) : null;
    }

    private async Task EndAsync()
    {
        await _abort.CancelAsync();
        try
        {
            await Task.WhenAll(_inFlight.Values.Select(push => push.Push));
            await SettleAnsweredAsync();
        }
        finally
        {
            // Also after a bug in a push, so that what is left is counted and said.
            Abandon(_removed ? DropReason.EndpointRemoved : DropReason.Shutdown);
            _plan.Connection.Release();
            _report.Metrics.Remove();
        }
    }

    private void Abandon(string reason)
    {
        int left = _queue.Close(reason);
        if (left > 0)
        {
            Log.QueueAbandoned(_context.Logger, _plan.Display, left, reason);
        }
    }

    private void OnDropped(QueuedProfile record, string reason, string detail)
    {
        _report.OnDropped(record, reason, detail);
        if (reason is not (DropReason.Shutdown or DropReason.EndpointRemoved))
        {
            _dropLog.Write(_plan.Display, record, reason, detail);
        }
    }

    private static long? Earlier(long? left, long? right) => left is null ? right : right is null ? left : Math.Min(left.Value, right.Value);

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * _context.Time.TimestampFrequency);
}
