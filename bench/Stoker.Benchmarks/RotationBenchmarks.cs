using BenchmarkDotNet.Attributes;
using Stoker.Pprof;

namespace Stoker.Benchmarks;

/// <summary>The second scrapes of all pairs, one after the other, through inflate, check, delta and deflate: the headline figure.</summary>
// The least counts on a machine that does other work too.
[MemoryDiagnoser]
[MinColumn]
public class RotationBenchmarks
{
    private readonly Workbench _workbench = new();
    private readonly ProfilePair[] _pairs = [.. ProfilePair.All()];
    private ProfileDelta[] _states = [];

    [IterationSetup]
    public void Prepare() => _states = [.. _pairs.Select(pair => pair.Seen())];

    [Benchmark]
    public int Rotation()
    {
        int total = 0;
        for (int i = 0; i < _pairs.Length; i++)
        {
            total += _workbench.Pipeline(_states[i], _pairs[i].AfterBody);
        }

        return total;
    }
}
