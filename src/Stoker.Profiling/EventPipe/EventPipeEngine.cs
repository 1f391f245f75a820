using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Stoker.Profiling.Cpu;
using Stoker.Profiling.Stacks;
using Stoker.Profiling.Threads;

namespace Stoker.Profiling.EventPipe;

/// <summary>
/// The engine that works wherever the runtime's diagnostics do: the runtime's own sampler, weighed by the threads' CPU clocks. Totals are exact;
/// which function of a stack was running is not, because threads are looked at only at safe points.
/// </summary>
internal sealed class EventPipeEngine : ICpuEngine
{
    /// <summary>How finely clocks are read inside a burst.</summary>
    private const int SliceMilliseconds = 5;

    /// <summary>The share of time for which the runtime may be suspended by sweeps.</summary>
    private const double PauseBudget = 0.05;

    /// <summary>What a sweep costs, by measurements with 13 to 203 threads and 5 to 66 frames.</summary>
    private const double SecondsPerThread = 0.8e-6;
    private const double SecondsPerFrame = 0.08e-6;

    private readonly TimeSpan _interval = DutyCycle.SamplerInterval(Environment.GetEnvironmentVariable("DOTNET_EventPipeThreadSamplingRate"));

    public string Name => "eventpipe";

    public string? WhyUnavailable =>
        RuntimeFeature.IsDynamicCodeSupported ? null : "The EventPipe engine does not work in a program compiled with native AOT.";

    public EngineResult Record(CpuProfileQuery query, ProfileWindow window, CancellationToken cancellationToken)
    {
        var stacks = new StackTable(PseudoAddress.TableFull);
        var weights = new SweepWeights();
        ThreadClocks? clocks = ThreadClocks.IsSupported ? ThreadClocks.Start() : null;
        TimeSpan cpuStart = clocks is null ? Environment.CpuUsage.TotalTime : default;
        DutyCycle duty = DutyCycle.For(query.Hz, _interval);
        double rate = query.Hz;
        int sweeps = 0;
        do
        {
            TimeSpan begin = window.Elapsed;
            if (Sweep(stacks, weights, clocks, Shorter(duty.Burst, window.Left), cancellationToken, out SweepCost cost) is { } failure)
            {
                return EngineResult.Failed(failure);
            }

            sweeps += cost.Sweeps;
            if (cost.SecondsEach * rate > PauseBudget)
            {
                rate = PauseBudget / cost.SecondsEach;
                duty = DutyCycle.For(rate, _interval);
            }

            // Rests of uneven length, so that work which repeats is not always met at the same point.
            TimeSpan cycle = duty.Cycle * (0.75 + (Random.Shared.NextDouble() / 2));
            TimeSpan rest = Shorter(begin + cycle - window.Elapsed, window.Left);
            if (rest > TimeSpan.Zero)
            {
                cancellationToken.WaitHandle.WaitOne(rest);
            }
        }
        while (!cancellationToken.IsCancellationRequested && !window.IsOver);

        clocks?.Read();
        (List<RecordedStack> samples, List<UnseenTime> unseen) =
            clocks is not null ? weights.Spread(clocks) : (weights.Spread(Environment.CpuUsage.TotalTime - cpuStart), []);
        return new CpuRecording(window.Elapsed, Comments(query, sweeps, rate, clocks is not null), stacks, samples, unseen)
        {
            HasSafePointFrames = true,
        };
    }

    private static TimeSpan Shorter(TimeSpan left, TimeSpan right) => left < right ? left : right;

    private static string? Sweep(
        StackTable stacks, SweepWeights weights, ThreadClocks? clocks, TimeSpan length, CancellationToken cancellationToken, out SweepCost cost)
    {
        cost = default;
        using SamplerSession? session = SamplerSession.TryStart(stacks, out string? refusal);
        if (session is null)
        {
            return $"The EventPipe engine cannot be used: {refusal} The runtime offers no diagnostics when DOTNET_EnableDiagnostics=0 or " +
                "DOTNET_EnableDiagnostics_IPC=0 is set, or when the folder for temporary files cannot be written: unset these variables, or " +
                "point TMPDIR to a folder that can be written, or let the process use perf_event_open (engine=perf says what that needs).";
        }

        // Not the clock that was passed in, because the runtime stamps its samples with this one.
        TimeProvider clock = TimeProvider.System;
        clocks?.Read();
        long start = clock.GetTimestamp();
        weights.BeginBurst(start);
        do
        {
            cancellationToken.WaitHandle.WaitOne(SliceMilliseconds);
            clocks?.Read();
            weights.EndSlice(clock.GetTimestamp(), clocks);
        }
        while (!cancellationToken.IsCancellationRequested && clock.GetElapsedTime(start) < length);

        if (session.Stop() is { } failure)
        {
            return failure;
        }

        cost = CostOf(session.Samples, stacks);
        weights.EndBurst(session.Samples, clocks is not null);
        return null;
    }

    // Every sweep gives each thread one sample, so the thread with the most samples was there in all sweeps.
    private static SweepCost CostOf(List<SweepSample> samples, StackTable stacks)
    {
        Dictionary<int, int> samplesOf = [];
        long frames = 0;
        int sweeps = 0;
        foreach (SweepSample sample in samples)
        {
            sweeps = Math.Max(sweeps, ++CollectionsMarshal.GetValueRefOrAddDefault(samplesOf, sample.ThreadId, out _));
            frames += stacks[sample.Stack].Length;
        }

        return sweeps == 0 ? default : new SweepCost(sweeps, ((samples.Count * SecondsPerThread) + (frames * SecondsPerFrame)) / sweeps);
    }

    private static string[] Comments(CpuProfileQuery query, int sweeps, double rate, bool hasClocks) =>
    [
        $"engine: eventpipe, {sweeps} sweeps of the runtime's sampler over all threads, weighed by "
            + (hasClocks ? "the CPU clock of each thread" : "the CPU time of the process"),
        "accuracy: totals and the roots of stacks are right; the innermost functions are approximate, because threads are met at safe points only",
        .. rate < query.Hz ? [$"rate: lowered from {query.Hz} to {rate:0} sweeps a second, because more would suspend the process for over {PauseBudget:0%} of the time"] : Array.Empty<string>(),
    ];

    /// <param name="Sweeps">How many there were.</param>
    /// <param name="SecondsEach">For how long each suspended the runtime, by estimate.</param>
    private readonly record struct SweepCost(int Sweeps, double SecondsEach);
}
