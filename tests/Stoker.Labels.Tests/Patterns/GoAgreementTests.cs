using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Stoker.Labels.Patterns;
using Stoker.Labels.Tests.Oracle;

namespace Stoker.Labels.Tests.Patterns;

/// <summary>
/// What <see cref="GoPattern"/> says against what Go says: for written questions whose answers are kept in <c>Oracle/answers.jsonl</c>, and for
/// random ones where Go is there to be asked. <c>go run oracle.go &lt; questions.jsonl &gt; answers.jsonl</c> makes the answers.
/// </summary>
public sealed class GoAgreementTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public static TheoryData<string> Answers => [.. GoOracle.Read("answers.jsonl").Select(answer => answer.Regex).Distinct()];

    [Theory]
    [MemberData(nameof(Answers))]
    public void Pattern_OfTheCorpus_IsWhatGoSays(string regex) =>
        Assert.All(GoOracle.Read("answers.jsonl").Where(answer => answer.Regex == regex), Agree);

    [Fact]
    public async Task Answers_OfTheCorpus_AreWhatGoSaysToday()
    {
        IReadOnlyList<GoAnswer> answers = await GoOracle.FindOrSkip().AskAsync(GoOracle.Read("questions.jsonl"), Cancellation);
        Assert.Equal(answers.Select(Text), GoOracle.Read("answers.jsonl").Select(Text));
    }

    [Fact]
    public async Task RandomPatterns_AreWhatGoSays()
    {
        const int Count = 3000;
        int seed = int.Parse(Environment.GetEnvironmentVariable("STOKER_PATTERN_SEED") ?? "20261122");
        Gen<GoAnswer> questions =
            from regex in Gen.Frequency((3, RandomPatterns.Valid), (1, RandomPatterns.Any))
            from inputs in RandomPatterns.Texts.ListOf(16)
            select new GoAnswer(regex, [.. inputs.Distinct()]) { Templates = ["<$1|${2}|$n|$3>"] };
        GoAnswer[] asked = [.. Sampled.Of(questions, Count, seed)];
        IReadOnlyList<GoAnswer> answers = await GoOracle.FindOrSkip().AskAsync(asked, Cancellation);
        Assert.Equal(Count, answers.Count);
        Assert.All(answers, Agree);
        Assert.InRange(answers.Count(answer => answer.Results?.Any(result => result is not null) == true), Count / 4, Count);
        Assert.InRange(answers.Count(answer => answer.Error is not null), Count / 50, Count);
    }

    [Fact]
    public async Task CaseFolding_OfEveryCodePoint_IsGos()
    {
        JsonElement tables = await GoOracle.FindOrSkip().TablesAsync(Cancellation);
        var faults = new List<string>();
        foreach (JsonElement entry in tables.GetProperty("folds").EnumerateArray())
        {
            int[] expected = [.. entry.EnumerateArray().Select(item => item.GetInt32())];
            CodePointSet folded = CodePointSet.Of(expected[0]).Folded;
            if (!folded.Equals(CodePointSet.Of([.. expected.Select(item => (item, item))])))
            {
                faults.Add($"{string.Join(' ', expected.Select(item => $"{item:X}"))} but {string.Join(' ', folded.Ranges.ToArray().Select(range => $"{range:X}"))}");
            }
        }

        Assert.Empty(faults);
    }

    private static string Text(GoAnswer answer) => JsonSerializer.Serialize(answer);

    private static void Agree(GoAnswer answer)
    {
        GoPattern? engine = GoPattern.TryParse(answer.Regex, withShapes: false, out PatternError? error);
        GoPattern? shaped = GoPattern.TryParse(answer.Regex, out _);
        Assert.Equal(engine is null, shaped is null);
        if (answer.Error is not null || engine is null)
        {
            // What is refused here alone must say that it is no fault of the expression.
            bool own = error is not null && (error.Message.Contains("not supported", StringComparison.Ordinal) || error.Message.Contains("too large", StringComparison.Ordinal));
            Assert.True(answer.Error is not null == error is not null || own, $"{answer.Regex}\nGo: {answer.Error}\nhere: {error}");
            return;
        }

        for (int i = 0; i < answer.Inputs.Count; i++)
        {
            Agree(engine, answer, answer.Inputs[i], answer.Results![i]);
            Agree(shaped!, answer, answer.Inputs[i], answer.Results[i]);
        }
    }

    private static void Agree(GoPattern pattern, GoAnswer answer, string input, GoResult? expected)
    {
        string at = $"{pattern.Text} on {JsonSerializer.Serialize(input)}";
        int[] groups = new int[pattern.GroupNames.Count * 2];
        Assert.True(pattern.IsMatch(input) == expected is not null, $"{at}: {(expected is null ? "Go does not match" : "Go matches")}");
        Assert.Equal(expected is not null, pattern.TryMatch(input, groups));
        if (expected is not null)
        {
            for (int group = 0; group < pattern.GroupNames.Count; group++)
            {
                string said = $"{at}: group {group} is {groups[2 * group]}..{groups[(2 * group) + 1]}, Go: {string.Join(' ', expected.Groups)}";
                bool same = groups.AsSpan(2 * group, 2).SequenceEqual(expected.Groups.AsSpan(2 * group, 2));
                Assert.True(same || (pattern.GroupDoubt is not null && group > 0), said);
            }

            if (pattern.GroupDoubt is null)
            {
                Assert.Equal(expected.Expanded ?? [], (answer.Templates ?? []).Select(text => GoTemplate.Parse(text, pattern).Expand(input, groups, int.MaxValue)));
            }
        }
    }
}
