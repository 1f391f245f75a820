using BenchmarkDotNet.Attributes;
using Stoker.Pprof;

namespace Stoker.Benchmarks;

/// <summary>
/// The hot path of a memory, mutex or block profile. Each operation is the second scrape of a pair upon a state that has seen the first; an
/// iteration prepares as many states as it has operations.
/// </summary>
// The least counts on a machine that does other work too.
[MemoryDiagnoser]
[MinColumn]
public class DeltaBenchmarks
{
    private const int Operations = 64;

    private readonly Workbench _workbench = new();
    private readonly ProfileDelta[] _states = new ProfileDelta[Operations];

    [ParamsSource(nameof(Pairs))]
    public ProfilePair Pair { get; set; } = null!;

    public static IEnumerable<ProfilePair> Pairs => ProfilePair.All();

    [IterationSetup]
    public void Prepare()
    {
        for (int i = 0; i < Operations; i++)
        {
            _states[i] = new ProfileDelta(Pair.DeltaColumns);
            _workbench.Delta(_states[i], Pair.Before);
        }
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Operations)]
    public int Framework() => Repeat(_ => _workbench.Framework(Pair));

    [Benchmark(OperationsPerInvoke = Operations)]
    public int Check() => Repeat(_ => ProfileReader.TryRead(Pair.After, out ProfileSummary summary, out PprofError? _) ? summary.SampleCount : 0);

    [Benchmark(OperationsPerInvoke = Operations)]
    public int Inflate() => Repeat(_ => _workbench.Inflate(Pair.AfterBody));

    [Benchmark(OperationsPerInvoke = Operations)]
    public int Delta() => Repeat(i => _workbench.Delta(_states[i], Pair.After));

    [Benchmark(OperationsPerInvoke = Operations)]
    public int DeltaOfTheSameAgain() => Repeat(_ => _workbench.Delta(_states[0], Pair.Before));

    /// <summary>Half of the operations go back to the first scrape, which for most pairs is a restart and is sent whole.</summary>
    [Benchmark(OperationsPerInvoke = Operations)]
    public int DeltaInTurn() => Repeat(i => _workbench.Delta(_states[0], i % 2 == 0 ? Pair.After : Pair.Before));

    [Benchmark(OperationsPerInvoke = Operations)]
    public int Deflate() => Repeat(_ => _workbench.Deflate(Pair.Delta));

    [Benchmark(OperationsPerInvoke = Operations)]
    public int Pipeline() => Repeat(i => _workbench.Pipeline(_states[i], Pair.AfterBody));

    [Benchmark(OperationsPerInvoke = Operations)]
    public int PipelineInTurn() => Repeat(i => _workbench.Pipeline(_states[0], i % 2 == 0 ? Pair.AfterBody : Pair.BeforeBody));

    private static int Repeat(Func<int, int> operation)
    {
        int total = 0;
        for (int i = 0; i < Operations; i++)
        {
            total += operation(i);
        }

        return total;
    }
}
