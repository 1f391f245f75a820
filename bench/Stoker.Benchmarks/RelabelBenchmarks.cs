using BenchmarkDotNet.Attributes;
using Stoker.Labels;
using Stoker.Labels.Relabelling;

namespace Stoker.Benchmarks;

/// <summary>10,000 targets × 20 rules: what a <c>discovery.relabel</c> takes when all of its targets are new.</summary>
[MemoryDiagnoser]
[MinColumn]
public class RelabelBenchmarks
{
    private readonly LabelSet[] _targets = RelabelWorkload.Targets();
    private readonly RelabelRules _warm = RelabelWorkload.Rules();

    [Benchmark]
    public int NewTargets() => Apply(_warm);

    /// <summary>The same with the rules made from their text, as at the start.</summary>
    [Benchmark]
    public int NewTargetsAndRules() => Apply(RelabelWorkload.Rules());

    [Benchmark]
    public int MakeRules() => RelabelWorkload.Rules().Rules.Count;

    private int Apply(RelabelRules rules)
    {
        int kept = 0;
        foreach (LabelSet target in _targets)
        {
            kept += rules.Apply(target).Labels is null ? 0 : 1;
        }

        return kept == RelabelWorkload.TargetCount ? kept : throw new InvalidDataException($"{kept} kept");
    }
}
