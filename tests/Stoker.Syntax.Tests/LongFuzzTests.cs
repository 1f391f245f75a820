using System.Globalization;

namespace Stoker.Syntax.Tests;

/// <summary>
/// Feeds mutated files to scanner, parser, formatter and evaluator. The run is short unless STOKER_SYNTAX_FUZZ_INPUTS says how many;
/// README.md beside
/// this file has the command and the other variables.
/// </summary>
public sealed class LongFuzzTests
{
    /// <summary>An input is made again by running its round alone.</summary>
    private const int RoundLength = 64;

    // An input takes less than a millisecond. The largest pause that a busy machine may make is far below this.
    private static readonly TimeSpan HangLimit = TimeSpan.FromSeconds(60);

    private static readonly int Inputs = Number("STOKER_SYNTAX_FUZZ_INPUTS", 10_000);
    private static readonly int Seed = Number("STOKER_SYNTAX_FUZZ_SEED", 1);
    private static readonly int FirstRound = Number("STOKER_SYNTAX_FUZZ_ROUND", 0);

    private readonly Dictionary<string, int> _came = new(StringComparer.Ordinal);
    private volatile Promises _promises = new();
    private long _position;

    public static TheoryData<string> Found => [.. FoundInputs()];

    [Fact]
    public async Task Inputs_Mutated_KeepAllPromises()
    {
        int rounds = (Inputs + RoundLength - 1) / RoundLength;
        CancellationToken token = TestContext.Current.CancellationToken;
        Task run = Task.Factory.StartNew(() => Run(rounds, token), token, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        await WatchAsync(run);

        int valid = _came.GetValueOrDefault("valid");
        TestContext.Current.TestOutputHelper?.WriteLine(
            $"{rounds * RoundLength} inputs, {valid} valid, {_came.Count} ends; "
            + $"the most memory was {_promises.Worst:P0} of what is allowed");

        // All ways are taken often, or the mutations would be of no use.
        Assert.InRange(valid, rounds * RoundLength / 20, rounds * RoundLength * 9 / 10);
        if (Inputs >= 10_000)
        {
            Assert.True(_came.Count >= 30, $"Only {_came.Count} different ends");
        }
    }

    [Theory]
    [MemberData(nameof(Found))]
    public void Input_FoundBefore_KeepsAllPromises(string base64) => new Promises().Run(Convert.FromBase64String(base64));

    private void Run(int rounds, CancellationToken token)
    {
        for (int round = FirstRound; round < FirstRound + rounds && !token.IsCancellationRequested; round++)
        {
            var mutation = new SourceMutation(Seed, round);
            for (int i = 0; i < RoundLength; i++)
            {
                Interlocked.Exchange(ref _position, ((long)round * RoundLength) + i);
                byte[] input = mutation.Next();
                try
                {
                    string came = _promises.Run(input);
                    _came[came] = _came.GetValueOrDefault(came) + 1;
                }
                catch (Exception fault)
                {
                    string base64 = Convert.ToBase64String(input);
                    throw new InvalidOperationException($"{Describe()} failed: {fault.Message}; in base 64: {base64}", fault);
                }
            }
        }
    }

    /// <summary>Waits as long as the run comes on; an input that never comes back is a failure that names it.</summary>
    private async Task WatchAsync(Task run)
    {
        while (true)
        {
            long before = Interlocked.Read(ref _position);
            try
            {
                await run.WaitAsync(HangLimit, TestContext.Current.CancellationToken);
                return;
            }
            catch (TimeoutException)
            {
                long after = Interlocked.Read(ref _position);
                Assert.False(after == before, $"{Describe()} hangs");
                TestContext.Current.TestOutputHelper?.WriteLine($"{after - ((long)FirstRound * RoundLength)} inputs so far");
            }
        }
    }

    private string Describe()
    {
        long position = Interlocked.Read(ref _position);
        return $"Input {position} of seed {Seed} at `{_promises.Step}` "
            + $"(run again with STOKER_SYNTAX_FUZZ_SEED={Seed} "
            + $"STOKER_SYNTAX_FUZZ_ROUND={position / RoundLength} STOKER_SYNTAX_FUZZ_INPUTS={RoundLength})";
    }

    /// <summary>One input a line, in base 64, with why it is there after a space.</summary>
    private static IEnumerable<string> FoundInputs() =>
        File.ReadLines(Corpus.PathOf("syntax-fuzz.txt")).Where(line => !line.StartsWith('#')).Select(line => line.Split(' ')[0]);

    private static int Number(string variable, int otherwise) =>
        int.TryParse(Environment.GetEnvironmentVariable(variable), CultureInfo.InvariantCulture, out int number) ? number : otherwise;
}
