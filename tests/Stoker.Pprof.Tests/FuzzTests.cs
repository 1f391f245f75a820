using System.Globalization;

namespace Stoker.Pprof.Tests;

/// <summary>
/// Feeds broken bodies to everything that reads them. The run is short unless STOKER_FUZZ_BODIES says how many bodies; README.md beside
/// this file has the command and the other variables.
/// </summary>
public sealed class FuzzTests
{
    /// <summary>
    /// Bodies of a round follow each other in what remembers bodies, and nothing passes from round to round: so a body is made again by
    /// running its round, and rounds can be shared among threads.
    /// </summary>
    private const int RoundLength = 64;

    // A body takes less than a millisecond. The largest pause that a busy machine may make is far below this.
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private static readonly int Bodies = Number("STOKER_FUZZ_BODIES", 20_000);
    private static readonly int Seed = Number("STOKER_FUZZ_SEED", 1);
    private static readonly int FirstRound = Number("STOKER_FUZZ_ROUND", 0);
    private static readonly int Workers = Number("STOKER_FUZZ_WORKERS", 1);
    private static readonly string? Keep = Environment.GetEnvironmentVariable("STOKER_FUZZ_KEEP");

    public static TheoryData<string> Found => [.. FoundBodies.Read().Keys];

    [Fact]
    public async Task Bodies_Broken_KeepAllPromises()
    {
        int rounds = (Bodies + RoundLength - 1) / RoundLength;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        Worker[] workers = [.. Enumerable.Range(0, Workers).Select(index => new Worker(index, rounds))];
        Task[] tasks = [.. workers.Select(worker => Task.Factory.StartNew(
            () => worker.Run(stop), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default))];
        await WatchAsync(tasks, workers);

        var came = new Dictionary<string, (int Count, byte[] Body)>(StringComparer.Ordinal);
        foreach ((string what, (int count, byte[] body)) in workers.SelectMany(worker => worker.Came))
        {
            (int before, byte[] first) = came.GetValueOrDefault(what, (0, body));
            came[what] = (before + count, first.Length <= body.Length ? first : body);
        }

        int valid = came.Where(pair => pair.Key.StartsWith("valid", StringComparison.Ordinal)).Sum(pair => pair.Value.Count);
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{rounds * RoundLength} bodies, {valid} valid, {came.Count} ends; "
            + $"the most memory was {workers.Max(worker => worker.Worst):P0} of what is allowed");
        if (Keep is not null)
        {
            FoundBodies.Write(Keep, came.ToDictionary(pair => pair.Key, pair => pair.Value.Body, StringComparer.Ordinal));
        }

        // All ways are taken often, or the mutations would be of no use.
        Assert.InRange(valid, rounds * RoundLength / 10, rounds * RoundLength * 9 / 10);
        if (rounds >= 300)
        {
            Assert.True(came.Count >= 60, $"Only {came.Count} different ends");
        }
    }

    [Theory]
    [MemberData(nameof(Found))]
    public void Body_FoundBefore_ComesToTheSameEnd(string what)
    {
        using var path = new FuzzPath();
        string came = path.Run(FoundBodies.Read()[what]);
        Assert.Equal(what, came);
    }

    /// <summary>Waits for the workers as long as they come on; a body that never comes back is a failure that names it.</summary>
    private static async Task WatchAsync(Task[] tasks, Worker[] workers)
    {
        Task all = Task.WhenAll(tasks);
        while (true)
        {
            long[] before = [.. workers.Select(worker => worker.Position)];
            try
            {
                await all.WaitAsync(HangLimit, TestContext.Current.CancellationToken);
                return;
            }
            catch (TimeoutException)
            {
                // A fault comes before a hang: it may be the cause, and says more.
                await (Array.Find(tasks, task => task.IsFaulted) ?? Task.CompletedTask);
                for (int i = 0; i < workers.Length; i++)
                {
                    Assert.False(workers[i].Position == before[i] && !workers[i].IsDone, $"{workers[i]} hangs");
                }

                TestContext.Current.TestOutputHelper?.WriteLine($"{workers.Sum(worker => worker.Count)} bodies so far");
            }
        }
    }

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;

    /// <summary>Runs every so manyeth round on a thread of its own.</summary>
    private sealed class Worker(int index, int rounds)
    {
        private long _position;
        private long _count;
        private volatile FuzzPath? _path;
        private volatile bool _isDone;

        public long Position => Interlocked.Read(ref _position);

        public long Count => Interlocked.Read(ref _count);

        public bool IsDone => _isDone;

        public double Worst { get; private set; }

        /// <summary>What the bodies came to, how many each, and a short one of them.</summary>
        public Dictionary<string, (int Count, byte[] Body)> Came { get; } = new(StringComparer.Ordinal);

        /// <summary>Runs to the end, or until one of the workers has failed: that stops the others.</summary>
        public void Run(CancellationTokenSource stop)
        {
            try
            {
                RunRounds(stop.Token);
            }
            catch
            {
                stop.Cancel();
                throw;
            }
            finally
            {
                _isDone = true;
            }
        }

        public override string ToString() =>
            $"Body {Position} of seed {Seed} at {_path?.Step} "
            + $"(run again with STOKER_FUZZ_SEED={Seed} STOKER_FUZZ_ROUND={Position / RoundLength} STOKER_FUZZ_BODIES={RoundLength})";

        private void RunRounds(CancellationToken token)
        {
            for (int round = FirstRound + index; round < FirstRound + rounds && !token.IsCancellationRequested; round += Workers)
            {
                var mutation = new Mutation(Seed, round);
                using var path = new FuzzPath();
                _path = path;
                for (int i = 0; i < RoundLength; i++)
                {
                    Interlocked.Exchange(ref _position, ((long)round * RoundLength) + i);
                    Interlocked.Increment(ref _count);
                    byte[] body = mutation.Next();
                    try
                    {
                        Add(path.Run(body), body);
                    }
                    catch (Exception fault)
                    {
                        throw new InvalidOperationException(
                            $"{this} failed: {fault.Message}; in base 64: {Convert.ToBase64String(body)}", fault);
                    }
                }

                Worst = Math.Max(Worst, path.Worst);
            }
        }

        private void Add(string what, byte[] body)
        {
            (int count, byte[] shortest) = Came.GetValueOrDefault(what, (0, body));
            Came[what] = (count + 1, body.Length < shortest.Length ? body : shortest);
        }
    }
}
