using Stoker.Labels;
using Stoker.Labels.Relabelling;

namespace Stoker.Benchmarks;

/// <summary>Prints in CPU time what the rules of <see cref="RelabelWorkload"/> take over its targets, together and each alone.</summary>
internal static class RelabelBudget
{
    private const int Rounds = 15;

    public static void Print()
    {
        LabelSet[] targets = RelabelWorkload.Targets();
        RelabelRules rules = RelabelWorkload.Rules();
        Console.WriteLine($"all {rules.Rules.Count} rules: {Milliseconds(targets, rules):F1} ms, {Allocated(targets, rules) / 1e6:F1} MB allocated (aim 200 ms)");
        foreach (RelabelRule rule in rules.Rules)
        {
            var alone = new RelabelRules([rule]);
            string text = $"{rule.Action} {string.Join(",", rule.Settings.SourceLabels)} {rule.Settings.Regex}";
            Console.WriteLine($"{Milliseconds(targets, alone),7:F1} ms  {Allocated(targets, alone) / 1e6,6:F1} MB  {text}");
            targets = [.. targets.Select(target => alone.Apply(target).Labels ?? throw new InvalidDataException(text))];
        }
    }

    private static double Milliseconds(LabelSet[] targets, RelabelRules rules)
    {
        double least = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            TimeSpan start = Environment.CpuUsage.TotalTime;
            Apply(targets, rules);
            least = Math.Min(least, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
        }

        return least;
    }

    private static long Allocated(LabelSet[] targets, RelabelRules rules)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        Apply(targets, rules);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }

    private static void Apply(LabelSet[] targets, RelabelRules rules)
    {
        foreach (LabelSet target in targets)
        {
            rules.Apply(target);
        }
    }
}
