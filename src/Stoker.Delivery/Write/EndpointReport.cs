using Microsoft.Extensions.Logging;
using Stoker.Components;
using Stoker.Delivery.Queue;
using Stoker.Syntax;

namespace Stoker.Delivery.Write;

/// <summary>
/// What an endpoint tells the world: its metrics, its log lines, its status. A change of state is logged once, with its cause; every try is a
/// debug line. Safe from several threads.
/// </summary>
internal sealed class EndpointReport(ComponentContext context, EndpointMetrics metrics)
{
    private readonly Lock _lock = new();
    private volatile EndpointMetrics _metrics = metrics;
    private volatile EndpointStatus _status = new();
    private long _deliveredBefore;
    private long _droppedBefore;
    private long _failingSince;

    public EndpointMetrics Metrics
    {
        get => _metrics;
        set => _metrics = value;
    }

    public EndpointStatus Status => _status;

    public void UpdateGauges(MemoryQueue queue, int inFlight)
    {
        QueueCounts counts = queue.GetCounts();
        EndpointMetrics metrics = _metrics;
        metrics.QueueProfiles.Set(counts.Queued);
        metrics.QueueBytes.Set(counts.QueuedBytes);
        metrics.OldestAge.Set(counts.OldestTimestamp is { } oldest ? Math.Max(0, context.Time.GetElapsedTime(oldest).TotalSeconds) : 0);
        metrics.InFlight.Set(inFlight);
        metrics.Failing.Set(_status.Failure is null ? 0 : 1);
        Update(status => status with { InFlight = inFlight });
    }

    public void OnRetry()
    {
        _metrics.Retries.Inc();
        Update(status => status with { Retries = status.Retries + 1 });
    }

    public void OnDelivered(EndpointPlan plan, QueuedProfile record, bool isRecovery, MemoryQueue queue)
    {
        TimeProvider time = context.Time;
        EndpointMetrics metrics = _metrics;
        int bytes = record.Profile.Bytes.Length;
        double seconds = time.GetElapsedTime(record.Profile.CompletedTimestamp).TotalSeconds;
        metrics.SentProfiles.Inc();
        metrics.SentBytes.Inc(bytes);
        metrics.EndpointLatency.Observe(time.GetElapsedTime(record.FirstAttempt).TotalSeconds);
        metrics.DeliveryLatency.Observe(Math.Max(0, seconds));
        DateTimeOffset now = time.GetUtcNow();
        metrics.LastSuccess.Set(now.ToUnixTimeMilliseconds() / 1000.0);
        Update(status => status with { LastSuccess = now });
        if (context.Logger.IsEnabled(LogLevel.Debug))
        {
            Log.ProfileDelivered(context.Logger, plan.Display, record.Labels.ToString(), bytes, seconds);
        }

        if (isRecovery)
        {
            OnRecovered(plan, queue);
        }
    }

    /// <summary>The server has refused a profile, and so it works.</summary>
    public void OnAnswered(EndpointPlan plan, QueuedProfile record, PushAnswer answer, bool isRecovery, MemoryQueue queue)
    {
        OnFailure(plan, record, answer);
        if (isRecovery)
        {
            OnRecovered(plan, queue);
        }
    }

    public void OnFailure(EndpointPlan plan, QueuedProfile record, PushAnswer answer)
    {
        DateTimeOffset now = context.Time.GetUtcNow();
        Update(status => status with { LastError = answer.Message, LastErrorTime = now });
        if (answer.MayBeStored)
        {
            _metrics.PossibleDuplicates.Inc();
        }

        if (context.Logger.IsEnabled(LogLevel.Debug))
        {
            Log.PushFailed(
                context.Logger, plan.Display, answer.Message, record.Labels.ToString(), record.Profile.Bytes.Length, record.Attempts);
        }
    }

    public void OnEndpointFailing(EndpointPlan plan, PushAnswer answer, MemoryQueue queue)
    {
        PushAnswer? before = _status.Failure;
        if (before is null)
        {
            QueueCounts counts = queue.GetCounts();
            _deliveredBefore = counts.Delivered;
            _droppedBefore = counts.Dropped.Values.Sum();
            _failingSince = context.Time.GetTimestamp();
            DateTimeOffset now = context.Time.GetUtcNow();
            Update(status => status with { FailingSince = now });
        }

        Update(status => status with { Failure = answer });
        if (before?.Outcome != answer.Outcome)
        {
            Log.EndpointFailing(context.Logger, plan.Display, answer.Message, answer.Remedy);
        }
    }

    public void OnDropped(QueuedProfile record, string reason, string detail)
    {
        _metrics.CountDrop(reason, record.Profile.Bytes.Length);
        string what = $"{reason}: {(detail.Length > 0 ? $"{detail}: " : "")}{record.Profile.Bytes.Length} bytes of {record.Labels}";
        Update(status => status with { LastDrop = what });
    }

    private void OnRecovered(EndpointPlan plan, MemoryQueue queue)
    {
        if (_status.Failure is null)
        {
            return;
        }

        Update(status => status with { Failure = null });
        QueueCounts counts = queue.GetCounts();
        Log.EndpointRecovered(
            context.Logger,
            plan.Display,
            GoDuration.Format(TimeSpan.FromSeconds(Math.Round(context.Time.GetElapsedTime(_failingSince).TotalSeconds, 1))),
            counts.Delivered - _deliveredBefore,
            counts.Dropped.Values.Sum() - _droppedBefore,
            counts.Queued);
    }

    private void Update(Func<EndpointStatus, EndpointStatus> change)
    {
        lock (_lock)
        {
            _status = change(_status);
        }
    }
}
