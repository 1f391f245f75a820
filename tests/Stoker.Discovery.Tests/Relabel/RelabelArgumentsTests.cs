using Stoker.Components.Relabelling;
using Stoker.Discovery.Relabel;
using Stoker.Labels.Relabelling;

namespace Stoker.Discovery.Tests.Relabel;

/// <summary>What is wrong with a rule is said at the attribute that has to change, and all of it at once.</summary>
public sealed class RelabelArgumentsTests
{
    [Fact]
    public void Rule_WithNothingButATarget_HasTheDefaults()
    {
        RelabelArguments arguments = RelabelText.From("targets = []\nrule {\ntarget_label = \"t\"\n}");
        Assert.Equal(new RelabelSettings { TargetLabel = "t" }, RelabelRuleArguments.Compile(arguments.Rules).Rules.Single().Settings);
    }

    [Fact]
    public void Rule_WithEverything_IsWhatIsWritten()
    {
        RelabelArguments arguments = RelabelText.From("""
            targets = []
            rule {
            source_labels = ["a", "b"]
            separator     = "-"
            regex         = "(.)-(.)"
            modulus       = 7
            target_label  = "t"
            replacement   = "$2"
            action        = "HashMod"
            }
            """);
        RelabelSettings expected = new()
        {
            SourceLabels = ["a", "b"],
            Separator = "-",
            Regex = "(.)-(.)",
            Modulus = 7,
            TargetLabel = "t",
            Replacement = "$2",
            Action = RelabelAction.HashMod,
        };
        Assert.Equal(expected, RelabelRuleArguments.Compile(arguments.Rules).Rules.Single().Settings);
    }

    [Theory]
    [InlineData("modulus = 4\ntarget_label = \"t\"", "4:1: modulus has no effect on the action replace")]
    [InlineData("action = \"lowercase\"\ntarget_label = \"t\"\nregex = \"abc\"", "6:1: regex has no effect on the action lowercase")]
    [InlineData("action = \"keep\"\ntarget_label = \"t\"", "5:1: target_label has no effect on the action keep")]
    [InlineData("action = \"labelmap\"\nregex = \"a_(.+)\"\nsource_labels = [\"x\"]", "6:1: source_labels has no effect on the action labelmap")]
    public void Attribute_ThatDoesNothing_IsAWarning(string rule, string warning)
    {
        Assert.NotNull(RelabelText.From($"targets = []\nrule {{\n{rule}\n}}", out IReadOnlyList<string> messages));
        Assert.EndsWith(warning, Assert.Single(messages), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("replace")]
    [InlineData("Keep")]
    [InlineData("DROP")]
    [InlineData("keepEqual")]
    [InlineData("dropequal")]
    [InlineData("hashmod")]
    [InlineData("lowercase")]
    [InlineData("upperCase")]
    public void Action_InAnyCase_IsTaken(string action) =>
        Assert.NotNull(RelabelText.From($"targets = []\nrule {{\naction = \"{action}\"\ntarget_label = \"t\"\n{(action == "hashmod" ? "modulus = 2" : "")}\n}}"));

    [Theory]
    [InlineData("action = \"labelkep\"", "4:1: there is no action \"labelkep\"; did you mean \"labelkeep\"?")]
    [InlineData("action = \"\"", "4:1: there is no action \"\"; leave it out for \"replace\"")]
    [InlineData("action = \"hashmod\"\ntarget_label = \"t\"", "3:1: the action hashmod needs a modulus above 0")]
    [InlineData("action = \"hashmod\"\ntarget_label = \"t\"\nmodulus = -1", "6:1: modulus must not be negative")]
    [InlineData("regex = \"a\"", "3:1: the action replace needs a target_label")]
    [InlineData("target_label = \"$(x)\"", "4:1: \"$(x)\" gives no label name")]
    [InlineData("target_label = \"t\"\nregex = \"a(?=b)\"", "5:1: this is not a regular expression as RE2 has them: (?= begins a lookahead, which RE2 does not have (at character 2")]
    [InlineData("action = \"labelmap\"\nreplacement = \"a b\"", "5:1: \"a b\" gives no label name")]
    [InlineData("action = \"labeldrop\"\nsource_labels = [\"a\"]", "5:1: the action labeldrop takes a regex alone")]
    [InlineData("action = \"keepequal\"\ntarget_label = \"t\"\nregex = \"x\"", "6:1: the action keepequal takes source_labels and target_label alone")]
    [InlineData("action = \"lowercase\"\ntarget_label = \"t\"\nreplacement = \"x\"", "6:1: the action lowercase takes no replacement")]
    [InlineData("target_label = \"t\"\nregex = \"(a*)*\"", "5:1: the groups of this expression cannot be relied on here")]
    [InlineData("target_lable = \"t\"", "4:1: unrecognized attribute \"target_lable\"; did you mean \"target_label\"?")]
    public void Rule_WithAMistake_SaysWhereAndWhat(string rule, string message)
    {
        Assert.Null(RelabelText.From($"targets = []\nrule {{\n{rule}\n}}", out IReadOnlyList<string> messages));
        Assert.Contains(messages, said => said.StartsWith(message, StringComparison.Ordinal));
    }

    [Fact]
    public void Rules_WithManyMistakes_SayAllAtOnce()
    {
        Assert.Null(RelabelText.From("""
            rule {
            action = "hashmod"
            regex = "("
            }
            rule {
            action = "labelkeep"
            separator = "-"
            modulus = 2
            }
            """, out IReadOnlyList<string> messages));
        Assert.Equal(6, messages.Count);
        Assert.Contains("missing required attribute \"targets\"", string.Join('\n', messages), StringComparison.Ordinal);
    }

    [Fact]
    public void Compile_OfTheSameRuleTwice_IsTheSameObject()
    {
        RelabelArguments arguments = RelabelText.From("targets = []\nrule {\ntarget_label = \"same\"\n}\nrule {\ntarget_label = \"same\"\n}");
        IReadOnlyList<RelabelRule> rules = RelabelRuleArguments.Compile(arguments.Rules).Rules;
        Assert.Same(rules[0], rules[1]);
    }
}
