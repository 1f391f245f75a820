using Stoker.Components;
using Stoker.Components.Relabelling;
using Stoker.Discovery.Relabel;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Tests.Relabel;

public sealed class RelabelComponentTests
{
    private const string Rules = """

        rule {
        source_labels = ["__meta_app"]
        regex         = "cart|shop"
        action        = "keep"
        }
        rule {
        source_labels = ["__meta_app"]
        target_label  = "service_name"
        }
        rule {
        source_labels = ["__address__"]
        regex         = "9.*"
        action        = "drop"
        }
        """;

    private const string Four = """
        targets = [
          {"__address__" = "9:1", "__meta_app" = "cart"},
          {"__address__" = "2:1", "__meta_app" = "shop"},
          {"__address__" = "1:1", "__meta_app" = "none"},
          found.targets,
        ]
        """;

    [Fact]
    public async Task Stage_WithRules_ExportsWhatIsKeptInItsOrder()
    {
        await using var relabel = new RunningDiscovery(RelabelComponent.Definition, RelabelText.From(Four + Rules));
        ObjectValue exports = relabel.Component.Stage(RelabelText.From(Four + Rules));
        Assert.Equal(
            [
                "{__address__=\"2:1\", __meta_app=\"shop\", service_name=\"shop\"}",
                "{__address__=\"10.0.0.7:6060\", __meta_app=\"cart\", service_name=\"cart\"}",
                "{__address__=\"10.0.0.8:6060\", __meta_app=\"shop\", service_name=\"shop\"}",
            ],
            Output(exports).Select(target => target.Labels.ToString()));
        Assert.Equal(RelabelRuleArguments.Compile(RelabelText.From(Four + Rules).Rules), ((RelabelRulesValue)exports.Fields["rules"]).Rules);
    }

    [Fact]
    public async Task Stage_WithoutRules_ExportsTheTargetsThemselves()
    {
        RelabelArguments arguments = RelabelText.From(Four);
        await using var relabel = new RunningDiscovery(RelabelComponent.Definition, arguments);
        Assert.All(Output(relabel.Component.Stage(arguments)).Zip(arguments.Targets), pair => Assert.Same(pair.Second, pair.First));
    }

    [Fact]
    public async Task Stage_OfWrittenTargets_KeepsTheirPlaces()
    {
        await using var relabel = new RunningDiscovery(RelabelComponent.Definition, RelabelText.From("targets = []"));
        IReadOnlyList<Target> output = Output(relabel.Component.Stage(RelabelText.From(Four + Rules)));
        Assert.Equal(["t.alloy:4:3", null, null], output.Select(target => target.Literal?.ToString()));
    }

    /// <summary>Each evaluation applies the rules only to what is new.</summary>
    [Fact]
    public async Task Stage_WithOneMoreTarget_KeepsWhatItMadeOfTheOthers()
    {
        await using var relabel = new RunningDiscovery(RelabelComponent.Definition, RelabelText.From("targets = found.targets" + Rules));
        IReadOnlyList<Target> before = Output(relabel.Component.Stage(RelabelText.From("targets = found.targets" + Rules)));
        IReadOnlyList<Target> after = Output(relabel.Component.Stage(RelabelText.From("targets = concat([{\"__address__\" = \"5:1\", \"__meta_app\" = \"cart\"}], found.targets)" + Rules)));
        Assert.Same(before[0].Labels, after[1].Labels);
        Assert.Same(before[1].Labels, after[2].Labels);
    }

    [Fact]
    public async Task Stage_WithOtherRules_AppliesThem()
    {
        await using var relabel = new RunningDiscovery(RelabelComponent.Definition, RelabelText.From("targets = found.targets" + Rules));
        string other = Rules.Replace("cart|shop", "cart", StringComparison.Ordinal);
        Assert.Equal("10.0.0.7:6060", Output(relabel.Component.Stage(RelabelText.From("targets = found.targets" + other))).Single().Labels["__address__"]);
    }

    [Theory]
    [InlineData("targets = []", "no targets")]
    [InlineData("targets = found.targets", "2 of 2 targets kept")]
    [InlineData(Four, "3 of 5 targets kept; rule 1 drops 1, rule 3 drops 1")]
    public async Task Health_CountsWhatEachRuleDrops(string targets, string expected)
    {
        await using var relabel = new RunningDiscovery(RelabelComponent.Definition, RelabelText.From(targets + Rules));
        Assert.Equal(expected, relabel.Component.HealthMessage);
    }

    [Fact]
    public async Task DescribeState_OfEachTarget_ExplainsIt()
    {
        await using var relabel = new RunningDiscovery(RelabelComponent.Definition, RelabelText.From(Four + Rules));
        BodyBlock[] state = [.. relabel.Component.DescribeState().Cast<BodyBlock>()];
        Assert.Equal(["rule", "rule", "rule", "target", "target", "target", "target", "target"], state.Select(block => block.Name));
        Assert.Equal(["1", "0", "1"], state.Take(3).Select(block => Text(block, "dropped")));
        Assert.Equal(
            [
                "dropped by rule 3: __address__ = \"9:1\" matches \"9.*\"",
                "kept",
                "dropped by rule 1: __meta_app = \"none\" does not match \"cart|shop\"",
                "kept",
                "kept",
            ],
            state.Skip(3).Select(block => Text(block, "verdict")));
        BodyBlock[] steps = [.. state[4].Body.OfType<BodyBlock>()];
        Assert.Equal("__meta_app = \"shop\" matches \"(.*)\": service_name becomes \"shop\"", Text(steps[1], "what"));
    }

    [Fact]
    public async Task Metrics_CountByResult_AndGoWithTheComponent()
    {
        string doubled = "targets = [{\"__address__\" = \"a:1\"}]" + string.Concat(Enumerable.Repeat("\nrule {\nsource_labels = [\"__address__\"]\ntarget_label = \"__address__\"\nreplacement = \"$1$1\"\n}", 20));
        var relabel = new RunningDiscovery(RelabelComponent.Definition, RelabelText.From(Four + Rules));
        relabel.Start();
        string metrics = await relabel.MetricsTextAsync();
        Assert.Contains("stoker_relabel_targets{component_path=\"/\",component_id=\"discovery.relabel.test\",result=\"kept\"} 3", metrics, StringComparison.Ordinal);
        Assert.Contains("result=\"dropped\"} 2", metrics, StringComparison.Ordinal);
        Assert.Contains("result=\"refused\"} 0", metrics, StringComparison.Ordinal);

        relabel.Apply(RelabelText.From(doubled));
        metrics = await relabel.MetricsTextAsync();
        Assert.Contains("result=\"kept\"} 0", metrics, StringComparison.Ordinal);
        Assert.Contains("result=\"dropped\"} 0", metrics, StringComparison.Ordinal);
        Assert.Contains("result=\"refused\"} 1", metrics, StringComparison.Ordinal);
        Assert.Equal("0 of 1 targets kept; rule 15 drops 1; 1 of them because they would become too large", relabel.Component.HealthMessage);

        await relabel.StopAsync();
        Assert.DoesNotContain("component_id", await relabel.MetricsTextAsync(), StringComparison.Ordinal);
    }

    private static IReadOnlyList<Target> Output(ObjectValue exports) => [.. ((ArrayValue)exports.Fields["output"]).Items.Cast<Target>()];

    private static string Text(BodyBlock block, string name) => block.Body.OfType<BodyAttribute>().Single(attribute => attribute.Name == name).Value switch
    {
        StringValue text => text.Content,
        var other => ((NumberValue)other).AsFloat().ToString(),
    };
}
