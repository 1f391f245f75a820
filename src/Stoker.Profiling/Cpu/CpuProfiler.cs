using Stoker.Profiling.EventPipe;
using Stoker.Profiling.Perf;

namespace Stoker.Profiling.Cpu;

internal enum CpuProfileStatus
{
    Recorded,

    /// <summary>Another profile is being recorded.</summary>
    Busy,

    /// <summary>No engine that was asked for can work here.</summary>
    Unavailable,
}

/// <param name="Engine">The name of the engine that recorded; empty without a profile.</param>
/// <param name="Body">The gzipped profile; empty without one.</param>
/// <param name="Problem">Why there is none, with the remedy.</param>
internal sealed record CpuProfileResult(CpuProfileStatus Status, string Engine, byte[] Body, string Problem);

/// <summary>Records CPU profiles of this process, one at a time. Safe from several threads.</summary>
internal sealed class CpuProfiler
{
    private readonly PerfEngine _perf = new();
    private readonly EventPipeEngine _eventPipe = new();
    private int _isRunning;

    private CpuProfiler()
    {
    }

    /// <summary>
    /// The only one, although the house avoids such: what is profiled is the process, so two hosts in one process share the right to do it.
    /// </summary>
    public static CpuProfiler OfProcess { get; } = new();

    /// <summary>Records for as long as the query says. Cancellation ends it early and without a profile.</summary>
    public Task<CpuProfileResult> RecordAsync(CpuProfileQuery query, TimeProvider timeProvider, CancellationToken cancellationToken)
    {
        var window = new ProfileWindow(timeProvider, query.Duration);
        if (Interlocked.Exchange(ref _isRunning, 1) != 0)
        {
            return Task.FromResult(new CpuProfileResult(CpuProfileStatus.Busy, "", [], "Could not enable CPU profiling: cpu profiling already in use"));
        }

        var done = new TaskCompletionSource<CpuProfileResult>(TaskCreationOptions.RunContinuationsAsynchronously);
        var thread = new Thread(() => Run(query, window, done, cancellationToken)) { IsBackground = true, Name = "pprof" };
        thread.Start();
        return done.Task;
    }

    private void Run(
        CpuProfileQuery query, ProfileWindow window, TaskCompletionSource<CpuProfileResult> done, CancellationToken cancellationToken)
    {
        CpuProfileResult? result = null;
        Exception? bug = null;
        try
        {
            result = Record(query, window, cancellationToken);
        }
        catch (Exception exception)
        {
            // It is thrown again where the request is handled; on this thread it would end the process.
            bug = exception;
        }

        // Free before the caller learns of the end, so that the next request of the same caller never finds it taken.
        Volatile.Write(ref _isRunning, 0);
        if (bug is not null)
        {
            done.SetException(bug);
        }
        else if (result is null)
        {
            done.SetCanceled(cancellationToken);
        }
        else
        {
            done.SetResult(result);
        }
    }

    private CpuProfileResult? Record(CpuProfileQuery query, ProfileWindow window, CancellationToken cancellationToken)
    {
        ICpuEngine engine = query.Engine switch
        {
            EngineChoice.Perf => _perf,
            EngineChoice.EventPipe => _eventPipe,
            _ => _perf.WhyUnavailable is null ? _perf : _eventPipe,
        };
        if (engine.WhyUnavailable is { } reason)
        {
            return Unavailable(query, reason);
        }

        EngineResult result = engine.Record(query, window, cancellationToken);
        if (cancellationToken.IsCancellationRequested)
        {
            return null;
        }

        if (result.Recording is not { } recording)
        {
            return Unavailable(query, result.Failure ?? "");
        }

        string[] comments = query.Engine == EngineChoice.Auto && engine != _perf && _perf.WhyUnavailable is { } why ? [$"perf engine not used: {why}"] : [];
        byte[] body = CpuProfileWriter.Write(recording, query, comments, window.Now);
        return new CpuProfileResult(CpuProfileStatus.Recorded, engine.Name, body, "");
    }

    private CpuProfileResult Unavailable(CpuProfileQuery query, string reason) =>
        new(CpuProfileStatus.Unavailable, "", [], query.Engine == EngineChoice.Auto ? $"{_perf.WhyUnavailable}\n{reason}" : reason);
}
