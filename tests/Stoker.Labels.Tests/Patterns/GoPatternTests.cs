using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using Stoker.Labels.Patterns;

namespace Stoker.Labels.Tests.Patterns;

public sealed class GoPatternTests
{
    /// <summary>What other engines have and RE2 has not, and what RE2 has and this one has not.</summary>
    [Theory]
    [InlineData("a(?=b)", 1, "lookahead")]
    [InlineData("(?<!a)b", 0, "lookbehind")]
    [InlineData("(?<=a)b", 0, "lookbehind")]
    [InlineData("x(a)\\1", 4, "backreference")]
    [InlineData("(?P=n)", 0, "backreference")]
    [InlineData("(?>a)", 0, "atomic")]
    [InlineData("a++", 2, "possessive")]
    [InlineData("(?#c)", 0, "comment")]
    [InlineData("(?(1)a|b)", 0, "conditional")]
    [InlineData("a\\Z", 1, "\\z is the end")]
    [InlineData("\\Ga", 0, "\\G is not part")]
    [InlineData("\\e", 0, "\\x1b")]
    [InlineData("\\u0041", 0, "\\x{...}")]
    [InlineData("\\C", 0, "single byte")]
    [InlineData("\\p{Greek}", 0, "scripts are not")]
    [InlineData("\\pX", 0, "no Unicode class X")]
    [InlineData("[[:foo:]]", 1, "[:alpha:]")]
    [InlineData("a{1001}", 1, "1000")]
    [InlineData("(a{100}){100}", 8, "more than 1000")]
    [InlineData("a(b", 1, "no closing )")]
    [InlineData("a)b", 1, "closes nothing")]
    [InlineData("[b-a]", 1, "backwards")]
    [InlineData("*", 0, "nothing before")]
    [InlineData("a\\", 1, "ends with a backslash")]
    [InlineData("\\Qa", 0, "\\E")]
    public void TryParse_WhatIsNotToBeHad_IsRefusedWithPlaceAndReason(string regex, int position, string reason)
    {
        Assert.Null(GoPattern.TryParse(regex, out PatternError? error));
        Assert.Equal(position, error!.Position);
        Assert.Contains(reason, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_HalfASurrogatePair_IsRefused()
    {
        Assert.Null(GoPattern.TryParse("a\ud800", out PatternError? error));
        Assert.Equal(new PatternError(1, "half of a surrogate pair stands alone here"), error);
    }

    /// <summary>Go has this since 1.22, so the oracle of 1.19 cannot be asked.</summary>
    [Fact]
    public void TryParse_NameWithoutP_IsTheSame() =>
        Assert.Equal([null, "n", null, "m"], GoPattern.TryParse("(?<n>a)(b)(?P<m>c)", out _)!.GroupNames);

    [Fact]
    public void TryParse_DeepNesting_IsRefused()
    {
        Assert.NotNull(GoPattern.TryParse(new string('(', 200) + new string(')', 200), out _));
        Assert.Null(GoPattern.TryParse(new string('(', 201) + new string(')', 201), out PatternError? error));
        Assert.Equal(new PatternError(200, "groups may be nested 200 deep"), error);
        Assert.Null(GoPattern.TryParse(new string('(', 60_000), out _));
    }

    [Theory]
    [InlineData("((((((((((.{10})[^a]{9}){5}b?){10}|c){2}x)))))))")]
    [InlineData("(?:[a-q][^u-z]{13}x){60}|(?:a?){1000}(?:b?){1000}(?:c?){1000}(?:[ab]{1000}){1}[cd]{1000}(?:x|yy|zzz){1000}(?:x|yyy){1000}.{999}")]
    public void TryParse_BeyondTheEnginesLimit_IsRefusedOrRuns(string regex)
    {
        var pattern = GoPattern.TryParse(regex, out PatternError? error);
        Assert.True(pattern is null ? error!.Message.Contains("too large", StringComparison.Ordinal) || error.Message.Contains("closes nothing", StringComparison.Ordinal) : !pattern.IsMatch("a"));
    }

    [Fact]
    public void TryParse_TooLong_IsRefused()
    {
        Assert.NotNull(GoPattern.TryParse(new string('a', GoPattern.MaxLength), out _));
        Assert.Null(GoPattern.TryParse(new string('a', GoPattern.MaxLength + 1), out _));
    }

    [Fact]
    public void TryParse_ChoiceOfThousands_NeedsNoEngine()
    {
        GoPattern pattern = GoPattern.TryParse(string.Join('|', Enumerable.Range(0, 5000).Select(i => $"name{i}")), out _)!;
        Assert.True(pattern.HasShape);
        Assert.True(pattern.IsMatch("name4999"));
        Assert.False(pattern.IsMatch("name5000"));
    }

    /// <summary>Long expressions of large sets with folding of case, which would each take a second if each set were made anew.</summary>
    [Theory]
    [InlineData("(?i)", "\\pL")]
    [InlineData("(?i)", "[\\x{100}-\\x{1FFFF}]")]
    public void TryParse_ThousandsOfLargeSets_EndsAtOnce(string start, string set)
    {
        string regex = start + string.Concat(Enumerable.Repeat(set, GoPattern.MaxLength / set.Length - 10));
        Assert.Null(GoPattern.TryParse(regex, out PatternError? error));
        Assert.Contains("too large", error!.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryParse_ThousandsOfLetters_AreToldApartOrRefused()
    {
        GoPattern pattern = GoPattern.TryParse($"(?:{string.Join('|', Enumerable.Range(0x4E00, 3000).Select(i => (char)i))}){{2}}", out _)!;
        Assert.True(pattern.IsMatch("\u4E00\u59B7"));
        Assert.False(pattern.IsMatch("\u4E00\u59B8"));
        string letters = $"(?:{string.Join('|', Enumerable.Range(0x4E00, 7000).Select(i => (char)i))}){{2}}";
        Assert.Null(GoPattern.TryParse(letters, out PatternError? error));
        Assert.Contains("too", error!.Message, StringComparison.Ordinal);
    }

    /// <summary>Expressions that keep a backtracking engine busy for ever.</summary>
    [Theory]
    [InlineData("(a+)+$")]
    [InlineData("(a|aa)*b")]
    [InlineData("(.*)*x")]
    [InlineData("(a|a)*c")]
    [InlineData("(?:a?){30}a{30}b")]
    [InlineData("(.*a){20}")]
    [InlineData("([a-zA-Z]+)*\\d")]
    [InlineData("(?:x+x+)+y")]
    public void IsMatch_HostileExpression_RunsWithoutBacktracking(string regex)
    {
        GoPattern pattern = GoPattern.TryParse(regex, out _)!;
        Assert.Equal(RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, pattern.EngineOptions);
        int[] groups = new int[pattern.GroupNames.Count * 2];
        Assert.False(pattern.IsMatch(new string('a', 100_000) + "!"));
        Assert.False(pattern.TryMatch(new string('x', 100_000) + "!", groups));
        Assert.False(pattern.IsMatch(new string('é', 100_000) + "!"));
    }

    [Fact]
    public void EngineOptions_OfEveryAcceptedExpression_AreThoseWithoutBacktracking() =>
        Holds(Gen.OneOf(RandomPatterns.Valid, RandomPatterns.Any), regex =>
        {
            if (GoPattern.TryParse(regex, withShapes: false, out _) is { } pattern)
            {
                Assert.Equal(RegexOptions.NonBacktracking | RegexOptions.CultureInvariant, pattern.EngineOptions);
            }
        });

    /// <summary>Whatever stands there: an expression or one reason with a place in it, and matching ends.</summary>
    [Fact]
    public void TryParse_AnyText_NeverThrows()
    {
        Gen<string> bytes = Gen.Choose(0, 0x2FF).ListOf().Select(list => string.Concat(list.Select(item => (char)item)));
        Gen<string> surrogates = Gen.Elements("\ud800", "\udc00", "a", "[", "(", "\\", "{", "}", "*", "\U0001F600").ListOf().Select(string.Concat);
        Holds(Gen.OneOf(RandomPatterns.Any, bytes, surrogates).Zip(Gen.OneOf(bytes, surrogates)), pair =>
        {
            var pattern = GoPattern.TryParse(pair.Item1, out PatternError? error);
            Assert.Equal(pattern is null, error is not null);
            if (pattern is null)
            {
                Assert.InRange(error!.Position, 0, pair.Item1.Length);
                Assert.NotEmpty(error.Message);
                return;
            }

            int[] groups = new int[pattern.GroupNames.Count * 2];
            bool matched = pattern.TryMatch(pair.Item2, groups);
            Assert.Equal(pattern.IsMatch(pair.Item2), matched);
            Assert.True(!matched || (groups[0] == 0 && groups[1] == pair.Item2.Length));
            Assert.All(groups, offset => Assert.InRange(offset, -1, pair.Item2.Length));
            Assert.NotNull(GoTemplate.Parse(pair.Item2 + "$1${n}$", pattern).Expand(pair.Item2, groups, int.MaxValue));
        });
    }

    private static void Holds<T>(Gen<T> values, Action<T> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(1000), Prop.ForAll(values.ToArbitrary(), property));

    [Fact]
    public void TryParse_TextInUse_GivesThePatternInUse()
    {
        GoPattern? first = GoPattern.TryParse("(in+)_use", out _);

        Assert.NotNull(first);
        Assert.Same(first, GoPattern.TryParse("(in+)_use", out _));
    }
}
