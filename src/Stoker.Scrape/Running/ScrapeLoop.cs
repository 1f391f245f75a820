using Stoker.Http;

namespace Stoker.Scrape;

/// <summary>
/// Scrapes one URL again and again and never twice at a time: 1. wait for whoever used the endpoint before, 2. sleep until the slot, 3. scrape,
/// 4. prepare and hand over, 5. move to the next slot. A reload may change its plan, which it reads anew each time, or stop it: then a scrape
/// in flight still ends and delivers. Only the cancellation given to <see cref="Start"/> cuts it.
/// </summary>
internal sealed class ScrapeLoop(PlannedScrape plan, ScrapePool pool, TargetTally.Entry tallyEntry, Task predecessor)
{
    private const int SlowTicks = 5;

    // A timer takes 49 days at most.
    private static readonly TimeSpan LongestSleep = TimeSpan.FromDays(1);
    private static readonly TimeSpan RetryDelay = TimeSpan.FromSeconds(1);

    private readonly LoopSignal _wake = new();
    private readonly ProfileSeries _series = new(pool.Time);
    private volatile PlannedScrape _plan = plan;
    private volatile ScrapeStatus _status = ScrapeStatus.Initial;
    private volatile TickSchedule? _schedule;
    private volatile bool _isStopped;

    public PlannedScrape Plan => _plan;

    /// <summary>This loop's part in the count of targets.</summary>
    public TargetTally.Entry TallyEntry => tallyEntry;

    /// <summary>The bytes that the state of the difference holds.</summary>
    public long DeltaStateBytes => _series.StateBytes;

    public ScrapeStatus Status => _status;

    /// <summary>Ends when the loop was stopped or cancelled and its last scrape has ended.</summary>
    public Task Completion { get; private set; } = Task.CompletedTask;

    /// <summary>When the next scrape starts, by the wall clock, as far as it is known now; null before the loop has its schedule.</summary>
    public DateTimeOffset? NextScrape => _schedule is { } schedule
        ? pool.Time.GetUtcNow() + schedule.TimeUntilNext(_status.IsSlowed ? SlowTicks : 1)
        : null;

    /// <summary>Called once. The loop runs on the caller's thread until it first waits, which may be in the middle of a scrape.</summary>
    public void Start(CancellationToken cancellationToken) => Completion = RunAsync(cancellationToken);

    /// <summary>Takes a plan with the same identity; the difference's state stays.</summary>
    public void Update(PlannedScrape next)
    {
        bool isOther = next.Interval != _plan.Interval;
        _plan = next;
        if (isOther)
        {
            _wake.Signal();
        }
    }

    /// <summary>A loop that sleeps ends on the caller's thread, before this returns.</summary>
    public void Stop()
    {
        _isStopped = true;
        _wake.Signal();
    }

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        // 1.
        // Not its failure, because that is not this loop's.
        await predecessor.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        PlannedScrape current = _plan;
        var schedule = new TickSchedule(pool.Time, current.Interval, current.SlotOffset);
        _schedule = schedule;
        await using ITimer timer = pool.Time.CreateTimer(
            static state => ((ScrapeLoop)state!)._wake.Signal(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        while (!_isStopped)
        {
            current = _plan;
            if (current.Interval != schedule.Interval)
            {
                schedule.Restart(current.Interval, current.SlotOffset);
            }

            // 2.
            TimeSpan wait = schedule.Next - schedule.Now;
            if (wait > TimeSpan.Zero)
            {
                TimeSpan capped = wait < LongestSleep ? wait : LongestSleep;

                // Rounded up, because a timer counts whole milliseconds and would otherwise wake too early.
                timer.Change(TimeSpan.FromMilliseconds(Math.Ceiling(capped.TotalMilliseconds)), Timeout.InfiniteTimeSpan);
                await _wake.WaitAsync();
                continue;
            }

            if (-wait >= schedule.Interval)
            {
                // The machine was away. The next slot is near, and there all loops keep their distance from one another.
                CountMissed(current, schedule.SkipPast());
                continue;
            }

            // 3. and 4.
            try
            {
                await ScrapeAsync(current, schedule, cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                break;
            }

            // 5.
            schedule.Advance(_status.IsSlowed ? SlowTicks : 1);
            CountMissed(current, schedule.SkipPast());
        }

        pool.Metrics.DeltaStateBytes.Dec(_series.StateBytes);
    }

    private void CountMissed(PlannedScrape current, long missed)
    {
        if (missed == 0)
        {
            return;
        }

        _status = _status with { MissedTicks = _status.MissedTicks + missed };
        pool.Metrics.MissedTicks.Inc(missed);
        Log.TicksMissed(pool.Logger, current.Url, current.ProfileType, missed);
    }

    private async Task ScrapeAsync(PlannedScrape current, TickSchedule schedule, CancellationToken cancellationToken)
    {
        SharedClient client = pool.UseClient();
        using ByteLease lease = pool.Budget.Lease();
        try
        {
            using ScrapeOutcome outcome = await AttemptAsync(current, schedule, client.Client, lease, cancellationToken);
            Finish(current, outcome);
        }
        catch (Exception exception) when (exception is not OperationCanceledException || !cancellationToken.IsCancellationRequested)
        {
            // Not let through, because a bug that one target brings out must not stop the scrapes of all others.
            Log.ScrapeCrashed(pool.Logger, exception, current.Url, current.ProfileType);
            using var failed = new ScrapeOutcome
            {
                StartedAt = pool.Time.GetUtcNow(),
                SentTimestamp = pool.Time.GetTimestamp(),
                Failure = new ScrapeFailure(
                    ScrapeFailureReason.Internal, current.Url, $"a bug of the agent: {exception.GetType().Name}: {exception.Message}", "please report it"),
            };
            Report(current, failed, TimeSpan.Zero);
        }
        finally
        {
            client.Release();
            lease.Dispose();
        }
    }

    private async Task<ScrapeOutcome> AttemptAsync(
        PlannedScrape current, TickSchedule schedule, HttpMessageInvoker client, ByteLease lease, CancellationToken cancellationToken)
    {
        ScrapeSettings settings = pool.Settings;
        ScrapeStatus last = _status;
        var request = new ScrapeRequest(
            current.Url, current.Deadline, current.Requested, settings.ResponseLimit, settings.BodyLimit, (int)last.WireBytes,
            last.Failure is null ? (int)last.PlainBytes : 0);
        long start = pool.Time.GetTimestamp();
        ScrapeOutcome outcome = await ScrapeAttempt.RunAsync(request, client, lease, pool.Time, cancellationToken);
        pool.Metrics.Lateness.Observe(Math.Max(0, schedule.LatenessOf(schedule.Next, outcome.SentTimestamp).TotalSeconds));

        // Another collector's profile may be about to end; a second answer of this kind is the outcome.
        TimeSpan left = current.Deadline - pool.Time.GetElapsedTime(start) - RetryDelay;
        if (outcome.Failure?.Reason != ScrapeFailureReason.CpuInUse || left <= (current.Requested ?? TimeSpan.Zero) || _isStopped)
        {
            return outcome;
        }

        outcome.Dispose();
        Log.CpuRetried(pool.Logger, current.Url, current.ProfileType);
        await Task.Delay(RetryDelay, pool.Time, cancellationToken);
        return await ScrapeAttempt.RunAsync(request with { Deadline = left }, client, lease, pool.Time, cancellationToken);
    }

    private void Finish(PlannedScrape current, ScrapeOutcome outcome)
    {
        PreparedProfile prepared = default;
        if (outcome.Failure is null)
        {
            long stateBefore = _series.StateBytes;
            prepared = _series.Prepare(current, outcome);
            pool.Metrics.DeltaStateBytes.Inc(_series.StateBytes - stateBefore);
            outcome.Failure = prepared.Failure;
        }

        TimeSpan duration = pool.Time.GetElapsedTime(outcome.SentTimestamp);
        Report(current, outcome, duration);
        if (outcome.Failure is not null)
        {
            return;
        }

        Log.Scraped(pool.Logger, current.Url, current.ProfileType, prepared.Fate, duration, outcome.WireBytes, outcome.Summary!.SampleCount);
        if (prepared.HasRestarted)
        {
            pool.Metrics.DeltaResets.Inc();
            _status = _status with { Restarts = _status.Restarts + 1 };
            Log.ProcessRestarted(pool.Logger, current.Url, current.ProfileType);
        }

        switch (prepared.Fate)
        {
            case ProfileFate.Baseline:
                pool.Metrics.DeltaBaselines.Inc();
                break;
            case ProfileFate.Nothing:
                pool.Metrics.EmptyProfiles.Inc();
                break;
            case ProfileFate.Gap:
                pool.Metrics.DeltaDropped.Inc();
                Log.DeltaDropped(pool.Logger, current.Url, current.ProfileType);
                break;
            default:
                pool.Deliver(current, prepared.Profile!);
                break;
        }
    }

    private void Report(PlannedScrape current, ScrapeOutcome outcome, TimeSpan duration)
    {
        ScrapeStatus before = _status;
        ScrapeStatus after = before.After(outcome, duration);
        _status = after;
        TypeMetrics metrics = pool.Metrics.Of(current.ProfileType);
        metrics.Scrapes.Inc();
        metrics.Duration.Observe(duration.TotalSeconds);
        if (outcome.Failure is null)
        {
            metrics.BodyBytes.Observe(outcome.WireBytes);
        }
        else
        {
            pool.Metrics.CountFailure(outcome.Failure.Reason);
        }

        LogChange(current, before, after);
        if (before.Health != after.Health || before.Failure?.Reason != after.Failure?.Reason)
        {
            pool.ReportHealth(tallyEntry, after);
        }
    }

    private void LogChange(PlannedScrape current, ScrapeStatus before, ScrapeStatus after)
    {
        if (after.Failure is null)
        {
            if (before.Health == ScrapeHealth.Down)
            {
                Log.ScrapeRecovered(pool.Logger, current.Url, current.ProfileType);
            }

            return;
        }

        if (!before.HasWarnedOf(after.Failure.Reason))
        {
            Log.ScrapeFailed(pool.Logger, current.Url, current.ProfileType, after.Failure.ReasonText, after.Failure.ToString());
        }
        else
        {
            Log.ScrapeFailedAgain(pool.Logger, current.Url, current.ProfileType, after.Failure.ReasonText, after.Failure.ToString());
        }

        if (after.IsSlowed && !before.IsSlowed)
        {
            Log.ScrapeSlowedDown(pool.Logger, current.Url, current.ProfileType);
        }
    }
}
