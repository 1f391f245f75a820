using Stoker.Pprof;

namespace Stoker.Benchmarks;

/// <summary>
/// Prints the figures of the budget table of design.md, section 4, that Stoker.Pprof is answerable for. It counts CPU time and takes the least
/// of many rounds, so that it can be trusted on a machine that does other work too; ratios are of figures from the same run.
/// </summary>
internal static class Budgets
{
    private const int Rounds = 60;

    public static void Print()
    {
        ProfilePair[] pairs = [.. ProfilePair.All()];
        var workbench = new Workbench();
        Console.WriteLine($"{"pair",-26} {"bytes",8} {"check",8} {"inflate",8} {"delta",8} {"same",8} {"in turn",8} {"deflate",8} {"whole",8} {"in turn",8}  ratio  sent  state/stack  alloc");
        foreach (ProfilePair pair in pairs)
        {
            int count = Math.Clamp(2_000_000 / pair.After.Length, 4, 200);
            double check = Microseconds(count, _ => Check(pair));
            double inflate = Microseconds(count, _ => workbench.Inflate(pair.AfterBody));
            double delta = Microseconds(count, state => workbench.Delta(state, pair.After), pair);
            var one = pair.Seen();
            int turn = 0;
            double same = Microseconds(count, _ => workbench.Delta(one, pair.Before));
            double inTurn = Microseconds(count, _ => workbench.Delta(one, turn++ % 2 == 0 ? pair.After : pair.Before));
            double wholeInTurn = Microseconds(count, _ => workbench.Pipeline(one, turn++ % 2 == 0 ? pair.AfterBody : pair.BeforeBody));
            double deflate = Microseconds(count, _ => workbench.Deflate(pair.Delta));
            double whole = Microseconds(count, state => workbench.Pipeline(state, pair.AfterBody), pair);
            double framework = Microseconds(count, _ => workbench.Framework(pair));
            ProfileDelta last = pair.Seen();
            ProfileReader.TryRead(pair.After, out ProfileSummary summary, out _);
            workbench.Delta(last, pair.After);
            Console.WriteLine(
                $"{pair.Name,-26} {pair.After.Length,8} {check,8:F1} {inflate,8:F1} {delta,8:F1} {same,8:F1} {inTurn,8:F1} {deflate,8:F1} {whole,8:F1} {wholeInTurn,8:F1} {whole / framework,6:F2} "
                + $"{workbench.Deflate(pair.Delta),6} {(double)last.StateBytes / summary.SampleCount,10:F1} {Allocated(workbench, last, pair),8}");
        }

        long bytes = pairs.Sum(pair => (long)pair.After.Length);
        double rotation = Rotation(workbench, pairs);
        Console.WriteLine($"all {pairs.Length} pairs in rotation: {bytes / rotation:F0} MB/s (budget 130, aim 200)");
    }

    private static bool Check(ProfilePair pair) => ProfileReader.TryRead(pair.After, out _, out _);

    /// <summary>The least time of one operation. With a pair, each operation has a state of its own that has seen the first scrape.</summary>
    private static double Microseconds(int count, Action<ProfileDelta> operation, ProfilePair? pair = null)
    {
        double least = double.MaxValue;
        var unused = new ProfileDelta([]);
        for (int round = 0; round < Rounds; round++)
        {
            ProfileDelta[] states = [.. Enumerable.Range(0, count).Select(_ => pair is null ? unused : pair.Seen())];
            TimeSpan start = Environment.CpuUsage.TotalTime;
            foreach (ProfileDelta state in states)
            {
                operation(state);
            }

            least = Math.Min(least, (Environment.CpuUsage.TotalTime - start).TotalMicroseconds / count);
        }

        return least;
    }

    private static double Rotation(Workbench workbench, ProfilePair[] pairs)
    {
        double least = double.MaxValue;
        for (int round = 0; round < Rounds; round++)
        {
            ProfileDelta[] states = [.. pairs.Select(pair => pair.Seen())];
            TimeSpan start = Environment.CpuUsage.TotalTime;
            for (int i = 0; i < pairs.Length; i++)
            {
                workbench.Pipeline(states[i], pairs[i].AfterBody);
            }

            least = Math.Min(least, (Environment.CpuUsage.TotalTime - start).TotalMicroseconds);
        }

        return least;
    }

    private static long Allocated(Workbench workbench, ProfileDelta state, ProfilePair pair)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        workbench.Delta(state, pair.After);
        return GC.GetAllocatedBytesForCurrentThread() - before;
    }
}
