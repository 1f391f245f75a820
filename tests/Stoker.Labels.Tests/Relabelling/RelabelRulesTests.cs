using Stoker.Labels.Relabelling;
using static Stoker.Labels.Relabelling.RelabelAction;
using static Stoker.Labels.Tests.Relabelling.RuleCase;

namespace Stoker.Labels.Tests.Relabelling;

/// <summary>Every action on targets whose results are worked out by hand.</summary>
public sealed class RelabelRulesTests
{
    private const string Pod = "__address__=10.0.0.7:8080 __meta_pod_name=cart-0 __meta_pod_label_app=cart __meta_pod_label_tier=web __meta_ready=true";

    private static readonly RuleCase[] All =
    [
        new("replace copies a label", Set("a=1"), Set("a=1 b=1"), Replace("a", "b")),
        new("replace overwrites", Set("a=1 b=2"), Set("a=1 b=1"), Replace("a", "b")),
        new("replace with a fixed text", Set("a=1"), Set("a=1 b=x"), Replace("", "b", "x")),
        new("replace joins with the separator", Set("a=1 b=2"), Set("a=1 b=2 c=1;2"), Replace("a,b", "c")),
        new("replace joins with another separator", Set("a=1 b=2"), Set("a=1 b=2 c=1/2"), Replace("a,b", "c", separator: "/")),
        new("replace joins with no separator", Set("a=1 b=2"), Set("a=1 b=2 c=12"), Replace("a,b", "c", separator: "")),
        new("a missing label is empty", Set("b=2"), Set("b=2 c=;2"), Replace("a,b", "c")),
        new("replace by groups", Set("__address__=h:80 port=9090"), Set("__address__=h:9090 port=9090"),
            Replace("__address__,port", "__address__", "$1:$2", "([^:]+)(?::\\d+)?;(\\d+)")),
        new("replace by named groups", Set("a=x-y"), Set("a=x-y b=y-x"), Replace("a", "b", "${second}-$first", "(?P<first>.)-(?P<second>.)")),
        new("replace by what is between two texts", Set("a=x-mid-y"), Set("a=x-mid-y b=mid"), Replace("a", "b", "$1", "x-(.*)-y")),
        new("replace that does not match", Set("a=1"), Set("a=1"), Replace("a", "b", "x", "2")),
        new("a match of a part is none", Set("a=12"), Set("a=12"), Replace("a", "b", "x", "1")),
        new("the dot matches a newline", LabelSet.Of(("a", "1\n2")), LabelSet.Of(("a", "1\n2"), ("b", "x")), Replace("a", "b", "x", "1.2")),
        new("an empty replacement removes", Set("a=1 b=2"), Set("a=1"), Replace("a", "b", "")),
        new("an empty group removes", Set("b=2"), LabelSet.Empty, Replace("a", "b")),
        new("an unknown group is empty", Set("a=1 b=2"), Set("a=1 b=-"), Replace("a", "b", "$3-$1x")),
        new("a dollar sign is itself", Set("a=1"), Set("a=1 b=$1"), Replace("a", "b", "$$1")),
        new("the target is a template", Set("a=x"), Set("a=x k_x=1"), Replace("a", "k_$1", "1")),
        new("a target that comes out empty does nothing", Set("b=1"), Set("b=1"), Replace("a", "$1", "x")),
        new("names may be any text", LabelSet.Of(("ä b.c/d", "1")), LabelSet.Of(("ä b.c/d", "1"), ("日.本", "1")), Replace("ä b.c/d", "日.本")),
        new("rules see what those before have made", Set("a=1"), Set("a=1 b=1 c=1"), Replace("a", "b"), Replace("b", "c")),

        new("keep what matches", Set("a=1"), Set("a=1"), Rule(Keep, "a", "1|2")),
        new("keep drops the rest", Set("a=3"), null, Rule(Keep, "a", "1|2")),
        new("keep of a missing label", Set("b=1"), null, Rule(Keep, "a", ".+")),
        new("keep of an empty value", Set("b=1"), Set("b=1"), Rule(Keep, "a", "")),
        new("keep of two labels", Set("a=1 b=2"), Set("a=1 b=2"), Rule(Keep, "a,b", "1;2")),
        new("drop what matches", Set("a=1"), null, Rule(Drop, "a", "1")),
        new("drop keeps the rest", Set("a=2"), Set("a=2"), Rule(Drop, "a", "1")),
        new("drop of a missing label", Set("b=2"), null, Rule(Drop, "a", "")),
        new("what is dropped meets no further rule", Set("a=1"), null, Rule(Drop, "a", "1"), Replace("", "b", "x")),

        new("keepequal keeps", Set("a=8080 b=8080"), Set("a=8080 b=8080"), Into(KeepEqual, "a", "b")),
        new("keepequal drops", Set("a=8080 b=80"), null, Into(KeepEqual, "a", "b")),
        new("keepequal of two missing", Set("c=1"), Set("c=1"), Into(KeepEqual, "a", "b")),
        new("keepequal of joined values", LabelSet.Of(("a", "1"), ("b", "2"), ("c", "1;2")), LabelSet.Of(("a", "1"), ("b", "2"), ("c", "1;2")), Into(KeepEqual, "a,b", "c")),
        new("dropequal drops", Set("a=1 b=1"), null, Into(DropEqual, "a", "b")),
        new("dropequal keeps", Set("a=1 b=2"), Set("a=1 b=2"), Into(DropEqual, "a", "b")),
        new("dropequal is by case", Set("a=x b=X"), Set("a=x b=X"), Into(DropEqual, "a", "b")),

        // md5("") = d41d8cd98f00b204 e9800998ecf8427e, md5("a") = 0cc175b9c0f1b6a8 31c399e269772661.
        new("hashmod of nothing", Set("x=1"), Set("x=1 s=6"), Into(HashMod, "none", "s", 8)),
        new("hashmod of a", Set("v=a"), Set("v=a s=1"), Into(HashMod, "v", "s", 16)),
        new("hashmod by a large modulus", Set("v=a"), Set("v=a s=3585878926028121697"), Into(HashMod, "v", "s", ulong.MaxValue)),
        new("hashmod by one", Set("v=a"), Set("v=a s=0"), Into(HashMod, "v", "s", 1)),

        new("labelmap", Set(Pod), Set(Pod + " app=cart tier=web"), Names(LabelMap, "__meta_pod_label_(.+)")),
        new("labelmap with a text", Set("a_x=1"), Set("a_x=1 k_x=1"), Names(LabelMap, "a_(.+)", "k_$1")),
        new("labelmap does not look at copies", Set("a=1"), Set("a=1 aa=1"), Names(LabelMap, "(a+)", "${1}a")),
        new("labelmap copies what was there before", Set("a=1 aa=2"), Set("a=1 aa=1 aaa=2"), Names(LabelMap, "(a+)", "${1}a")),
        new("labelmap to one name: the last by name counts", Set("a1=x a2=y"), Set("a1=x a2=y b=y"), Names(LabelMap, "a.", "b")),
        new("labelmap of nothing", Set("a=1"), Set("a=1"), Names(LabelMap, "b(.*)")),
        new("labelmap to no name", Set("a=1"), Set("a=1"), Names(LabelMap, "a(.*)")),
        new("labeldrop", Set("a1=x a2=y b=z"), Set("b=z"), Names(LabelDrop, "a.*")),
        new("labeldrop of all", Set("a=1"), LabelSet.Empty, Names(LabelDrop, ".*")),
        new("labelkeep", Set("a1=x a2=y b=z"), Set("a1=x a2=y"), Names(LabelKeep, "a\\d")),
        new("labelkeep of nothing", Set("a=1"), LabelSet.Empty, Names(LabelKeep, "b")),

        new("lowercase", LabelSet.Of(("a", "ÄbC-1")), LabelSet.Of(("a", "ÄbC-1"), ("b", "äbc-1")), Into(Lowercase, "a", "b")),
        new("uppercase", LabelSet.Of(("a", "äbC-1ß")), LabelSet.Of(("a", "äbC-1ß"), ("b", "ÄBC-1ß")), Into(Uppercase, "a", "b")),
        new("lowercase of two", Set("a=X b=Y"), Set("a=X b=Y c=x;y"), Into(Lowercase, "a,b", "c")),
        new("uppercase of nothing removes", Set("b=1"), LabelSet.Empty, Into(Uppercase, "a", "b")),

        new("annotation scheme", Set(Pod), Set("__address__=10.0.0.7:6060 app=cart pod=cart-0"),
            Rule(Keep, "__meta_ready", "true"), Replace("__address__", "__address__", "${1}:6060", "(.+):\\d+"), Replace("__meta_pod_name", "pod"),
            Names(LabelMap, "__meta_pod_label_(.+)"), Names(LabelDrop, "__meta_.+|tier")),
    ];

    public static TheoryData<string> CaseNames => [.. All.Select(item => item.Name)];

    [Theory]
    [MemberData(nameof(CaseNames))]
    public void Apply_OfTheCase_GivesWhatIsWorkedOutByHand(string name)
    {
        RuleCase item = All.Single(candidate => candidate.Name == name);
        RelabelRules rules = Compile(item.Rules);
        for (int round = 0; round < 2; round++)
        {
            // The second time it comes from what the rules remember.
            RelabelOutcome outcome = rules.Apply(item.Input);
            Assert.Equal(item.Output, outcome.Labels);
            Assert.Equal(item.Output is null, outcome.RuleIndex >= 0);
            Assert.False(outcome.IsRefused);
        }

        Assert.Equal(item.Output, rules.Explain(item.Input).Output);
    }

    [Fact]
    public void Apply_ThatChangesNothing_GivesTheSameSet()
    {
        LabelSet labels = Set("a=1 b=2");
        RelabelRules rules = Compile(Replace("a", "a"), Rule(Keep, "a", "1"), Replace("", "__tmp", "x"), Names(LabelDrop, "__tmp"), Names(LabelMap, "c(.+)"));
        Assert.Same(labels, rules.Apply(labels).Labels);
    }

    [Fact]
    public void Apply_ThatDrops_SaysWhichRule() =>
        Assert.Equal(new RelabelOutcome(null, 1, false), Compile(Rule(Keep, "a", "1"), Rule(Drop, "b", "2")).Apply(Set("a=1 b=2")));

    [Fact]
    public void Apply_ValueThatGrowsWithEachRule_IsRefused()
    {
        RelabelRules rules = Compile([.. Enumerable.Repeat(Replace("a", "a", "$1$1"), 40)]);
        RelabelOutcome outcome = rules.Apply(Set("a=x"));
        Assert.Equal(new RelabelOutcome(null, 16, true), outcome);
        RelabelExplanation explanation = rules.Explain(Set("a=x"));
        Assert.Equal(17, explanation.Steps.Count);
        Assert.Contains("dropped by rule 17: it would make the target larger than is allowed", explanation.Verdict, StringComparison.Ordinal);
    }

    [Fact]
    public void Apply_LabelsThatGrowWithEachRule_AreRefused()
    {
        RelabelSettings[] doubling = [.. Enumerable.Range(0, 40).Select(i => Names(LabelMap, "(.+)", $"r{i}_$1"))];
        Assert.Equal(new RelabelOutcome(null, 12, true), Compile(doubling).Apply(Set("a=x")));
    }

    [Fact]
    public void Apply_ManyLargeValues_AreRefusedTogether()
    {
        RelabelSettings[] copies = [.. Enumerable.Range(0, 40).Select(i => Replace("a", $"b{i}"))];
        Assert.Equal(new RelabelOutcome(null, 14, true), Compile(copies).Apply(LabelSet.Of(("a", new string('x', 65_536)))));
    }

    [Fact]
    public void Apply_SourceValueOfManyLargeValues_IsRefused()
    {
        RelabelSettings joined = Replace(string.Join(',', Enumerable.Repeat("a", 20)), "b", "x");
        Assert.Equal(new RelabelOutcome(null, 0, true), Compile(joined).Apply(LabelSet.Of(("a", new string('x', 65_536)))));
    }

    /// <summary>More values than a rule remembers, so that they take one another's places.</summary>
    [Fact]
    public void Apply_ThousandsOfValues_GivesEachItsOwn()
    {
        RelabelRules rules = Compile(Replace("a", "b", "$2$1", "(x|y)(\\d+)"), Names(LabelMap, "(k)(\\d+)", "m$2"));
        for (int i = 0; i < 4000; i++)
        {
            LabelSet expected = LabelSet.Of(("a", $"x{i % 2000}"), ("b", $"{i % 2000}x"), ($"k{i % 1500}", "1"), ($"m{i % 1500}", "1"));
            Assert.Equal(expected, rules.Apply(LabelSet.Of(("a", $"x{i % 2000}"), ($"k{i % 1500}", "1"))).Labels);
        }
    }

    [Fact]
    public void Equals_IsByContent()
    {
        RelabelRules rules = Compile(Replace("a,b", "c"), Rule(Keep, "a", "1"));
        Assert.Equal(rules, Compile(Replace("a,b", "c"), Rule(Keep, "a", "1")));
        Assert.Equal(rules.GetHashCode(), Compile(Replace("a,b", "c"), Rule(Keep, "a", "1")).GetHashCode());
        Assert.NotEqual(rules, Compile(Replace("a,b", "c"), Rule(Keep, "a", "2")));
        Assert.NotEqual(rules, Compile(Replace("a", "c"), Rule(Keep, "a", "1")));
    }
}
