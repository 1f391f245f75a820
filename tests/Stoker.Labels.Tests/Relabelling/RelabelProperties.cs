using FsCheck;
using FsCheck.Fluent;
using Stoker.Labels.Patterns;
using Stoker.Labels.Relabelling;
using Stoker.Labels.Tests.Patterns;
using static Stoker.Labels.Tests.Relabelling.RuleCase;

namespace Stoker.Labels.Tests.Relabelling;

/// <summary>What holds for rules over any labels.</summary>
public sealed class RelabelProperties
{
    private static readonly string[] Names = ["a", "b", "aa", "m_a", "m_b", "é", "__address__"];

    private static readonly string[] Regexes =
        ["(.*)", "a", "a|b", "(a|b|)", "m_(.+)", "(.+)_(.+)", ".+", "[^a]*", "a+b?", "(?i)A.*", "é|\U0001F600", "([^:]+)(?::\\d+)?", "m_(.*)b", "()", "(a)(b)?", ""];

    private static readonly Gen<LabelSet> Sets =
        from pairs in Gen.Elements(Names).Zip(RandomPatterns.Texts).ListOf()
        select LabelSet.Of(pairs.Select(pair => KeyValuePair.Create(pair.Item1, pair.Item2)));

    private static readonly Gen<RelabelSettings> Settings =
        from action in Gen.Elements(Enum.GetValues<RelabelAction>())
        from sources in Gen.Elements(Names).ListOf()
        from regex in Gen.Elements(Regexes)
        from target in Gen.Elements([.. Names, "x_$1", "$2"])
        from replacement in Gen.Elements("$1", "", "x", "${1}_$2", "$1$1")
        from modulus in Gen.Choose(1, 9)
        select Fitting(new RelabelSettings { Action = action, SourceLabels = [.. sources.Take(3)], Regex = regex, TargetLabel = target, Replacement = replacement, Modulus = (ulong)modulus });

    [Fact]
    public void LabelKeepAndLabelDrop_AreIdempotentAndShareTheLabels() => Holds(Sets.Zip(Gen.Elements(Regexes)), pair =>
    {
        RelabelRules keep = Compile(RuleCase.Names(RelabelAction.LabelKeep, pair.Item2));
        RelabelRules drop = Compile(RuleCase.Names(RelabelAction.LabelDrop, pair.Item2));
        LabelSet kept = keep.Apply(pair.Item1).Labels!;
        LabelSet rest = drop.Apply(pair.Item1).Labels!;
        Assert.Same(kept, keep.Apply(kept).Labels);
        Assert.Same(rest, drop.Apply(rest).Labels);
        Assert.Equal(pair.Item1, LabelSet.Of(kept.Concat(rest).Select(label => KeyValuePair.Create(label.Name, label.Value))));
        Assert.Equal(pair.Item1.Count, kept.Count + rest.Count);
    });

    [Fact]
    public void KeepAndDrop_OfTheSameExpression_ShareTheTargets() => Holds(Sets.Zip(Gen.Elements(Regexes)), pair =>
    {
        LabelSet? kept = Compile(Rule(RelabelAction.Keep, "a,b", pair.Item2)).Apply(pair.Item1).Labels;
        LabelSet? dropped = Compile(Rule(RelabelAction.Drop, "a,b", pair.Item2)).Apply(pair.Item1).Labels;
        Assert.True(kept is null ^ dropped is null);
        Assert.Same(pair.Item1, kept ?? dropped);
    });

    [Fact]
    public void HashMod_IsBelowTheModulusAndTheSameEachTime() => Holds(Sets.Zip(Gen.Choose(1, 1000)), pair =>
    {
        RelabelSettings settings = Into(RelabelAction.HashMod, "a,b", "hash", (ulong)pair.Item2);
        string hash = Compile(settings).Apply(pair.Item1).Labels!["hash"];
        Assert.InRange(int.Parse(hash), 0, pair.Item2 - 1);
        Assert.Equal(hash, Compile(settings).Apply(pair.Item1).Labels!["hash"]);
    });

    [Fact]
    public void Replace_OfEverything_Copies() => Holds(Sets, labels =>
        Assert.Equal(labels["a"], Compile(Replace("a", "copy")).Apply(labels).Labels!["copy"]));

    /// <summary>Neither what a rule remembers nor the account of it changes what comes out.</summary>
    [Fact]
    public void Apply_AgainOrExplained_GivesTheSame() => Holds(Sets.Zip(Settings.ListOf()), pair =>
    {
        RelabelSettings[] settings = [.. pair.Item2.Take(6).Where(item => RelabelRule.TryCreate(item, out _, out _))];
        RelabelRules rules = Compile(settings);
        RelabelOutcome first = rules.Apply(pair.Item1);
        Assert.Equal(first, rules.Apply(pair.Item1));
        RelabelExplanation explanation = rules.Explain(pair.Item1);
        Assert.Equal(first.Labels, explanation.Output);
        Assert.Equal(first.Labels is null ? first.RuleIndex + 1 : settings.Length, explanation.Steps.Count);

        // What the steps say has changed leads from the input to the output.
        var walked = pair.Item1.ToDictionary(label => label.Name, label => label.Value);
        foreach (LabelChange change in explanation.Steps.SelectMany(step => step.Changes))
        {
            Assert.Equal(change.Before, walked.GetValueOrDefault(change.Name));
            walked.Remove(change.Name);
            if (change.After is not null)
            {
                walked.Add(change.Name, change.After);
            }
        }

        Assert.Equal(explanation.Output ?? LabelSet.Of(walked), LabelSet.Of(walked));
    });

    [Fact]
    public void Shapes_AndTheEngine_SayTheSame()
    {
        string[] shaped = ["(.*)", ".+", "", "()", "a", "(a|b|)", "a|é|\U0001F600", "m_(.+)", "m_.*", "m_(.*)b", "a.+", "(a)", "\\Qa.b\\E|-", "é(.*)"];
        Holds(Gen.Elements(shaped).Zip(RandomPatterns.Texts.Zip(Gen.Elements("", "m_", "a", "é").Zip(Gen.Elements("", "b", "é")))), item =>
        {
            GoPattern fast = GoPattern.TryParse(item.Item1, out _)!;
            GoPattern engine = GoPattern.TryParse(item.Item1, withShapes: false, out _)!;
            Assert.True(fast.HasShape, item.Item1);
            Assert.False(engine.HasShape);
            string value = item.Item2.Item2.Item1 + item.Item2.Item1 + item.Item2.Item2.Item2;
            int[] expected = new int[engine.GroupNames.Count * 2];
            int[] groups = new int[fast.GroupNames.Count * 2];
            Assert.Equal(engine.IsMatch(value), fast.IsMatch(value));
            Assert.Equal(engine.TryMatch(value, expected), fast.TryMatch(value, groups));
            Assert.Equal(expected, groups);
        });
    }

    /// <summary>Only the fields that the action takes.</summary>
    private static RelabelSettings Fitting(RelabelSettings all) => all.Action switch
    {
        RelabelAction.LabelDrop or RelabelAction.LabelKeep => new() { Action = all.Action, Regex = all.Regex },
        RelabelAction.LabelMap => new() { Action = all.Action, Regex = all.Regex, Replacement = all.Replacement },
        RelabelAction.KeepEqual or RelabelAction.DropEqual => new() { Action = all.Action, SourceLabels = all.SourceLabels, TargetLabel = all.TargetLabel },
        RelabelAction.Lowercase or RelabelAction.Uppercase => all with { Replacement = RelabelSettings.DefaultReplacement },
        _ => all,
    };

    private static void Holds<T>(Gen<T> values, Action<T> property) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(500), Prop.ForAll(values.ToArbitrary(), property));
}
