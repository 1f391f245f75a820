using Stoker.Labels.Relabelling;
using static Stoker.Labels.Relabelling.RelabelAction;

namespace Stoker.Labels.Tests.Relabelling;

public sealed class RelabelValidationTests
{
    private static readonly RelabelSettings Full =
        new() { SourceLabels = ["a"], Separator = "-", Regex = "x(.)", Modulus = 3, TargetLabel = "t", Replacement = "$1-" };

    public static TheoryData<RelabelAction, string> Faults => new()
    {
        { Replace, "" },
        { Keep, "" },
        { Drop, "" },
        { HashMod, "" },
        { LabelMap, "replacement" },
        { Lowercase, "replacement" },
        { Uppercase, "replacement" },
        { KeepEqual, "regex separator modulus replacement" },
        { DropEqual, "regex separator modulus replacement" },
        { LabelDrop, "source_labels target_label separator modulus replacement" },
        { LabelKeep, "source_labels target_label separator modulus replacement" },
    };

    public static TheoryData<RelabelAction, string> FaultsOfNothing => new()
    {
        { Replace, "target_label" },
        { Keep, "" },
        { Drop, "" },
        { HashMod, "modulus target_label" },
        { LabelMap, "" },
        { Lowercase, "target_label" },
        { Uppercase, "target_label" },
        { KeepEqual, "target_label" },
        { DropEqual, "target_label" },
        { LabelDrop, "" },
        { LabelKeep, "" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public void TryCreate_WithEveryField_NamesThoseThatTheActionDoesNotTake(RelabelAction action, string fields) =>
        Assert.Equal(fields, string.Join(' ', FaultsOf(Full with { Action = action }).Select(fault => fault.Field)));

    [Theory]
    [MemberData(nameof(FaultsOfNothing))]
    public void TryCreate_WithNoField_NamesThoseThatTheActionNeeds(RelabelAction action, string fields) =>
        Assert.Equal(fields, string.Join(' ', FaultsOf(new RelabelSettings { Action = action }).Select(fault => fault.Field)));

    [Theory]
    [InlineData("a", true)]
    [InlineData("a.b", true)]
    [InlineData("ä b", true)]
    [InlineData("$1", true)]
    [InlineData("a_${1}_b$name", true)]
    [InlineData("a.$1", false)]
    [InlineData("$", false)]
    [InlineData("a$(1)", false)]
    [InlineData("1$1", false)]
    public void TryCreate_TargetLabel_IsANameOrATemplate(string target, bool valid) =>
        Assert.Equal(valid ? [] : ["target_label"], FaultsOf(new RelabelSettings { TargetLabel = target }).Select(fault => fault.Field));

    [Fact]
    public void TryCreate_TargetLabelWithHalfASurrogatePair_IsRefused() =>
        Assert.Equal(["target_label"], FaultsOf(new RelabelSettings { TargetLabel = "a\ud800" }).Select(fault => fault.Field));

    [Theory]
    [InlineData("$1", true)]
    [InlineData("k8s_${1}", true)]
    [InlineData("", false)]
    [InlineData("a.$1", false)]
    [InlineData("a b", false)]
    public void TryCreate_ReplacementOfLabelmap_IsATemplate(string replacement, bool valid) =>
        Assert.Equal(valid ? [] : ["replacement"], FaultsOf(new RelabelSettings { Action = LabelMap, Replacement = replacement }).Select(fault => fault.Field));

    [Fact]
    public void TryCreate_ManyFaults_NamesAll()
    {
        IReadOnlyList<RelabelFault> faults = FaultsOf(new RelabelSettings { Action = HashMod, Regex = "a(b" });
        Assert.Equal(["regex", "modulus", "target_label"], faults.Select(fault => fault.Field));
        Assert.Equal("this is not a regular expression as RE2 has them: the group that begins here has no closing ) (at character 2 of the expression)", faults[0].Message);
    }

    /// <summary>The groups of such an expression may be others than Go's; only who uses them is refused.</summary>
    [Theory]
    [InlineData("(a*)*", "$1", true)]
    [InlineData("(a*)*", "x$0", false)]
    [InlineData("^(?:;*)?([^;]+).*$", "$1", false)]
    [InlineData("(a*)?(b|c*)?", "$1$2", false)]
    [InlineData("(a*)??", "$1", true)]
    [InlineData("(^)?a", "$1", true)]
    [InlineData("(a*)*", "x", false)]
    [InlineData("(?:(.+?),)*", "$1", true)]
    [InlineData("(|a+)", "$1", true)]
    [InlineData("(|a)", "$1", false)]
    [InlineData("(?m)(a)$", "$1", true)]
    [InlineData("(.+?)(?::\\d+)?", "$1", false)]
    public void TryCreate_GroupsThatCannotBeReliedOn_AreRefusedWhereTheyAreUsed(string regex, string replacement, bool refused)
    {
        IReadOnlyList<RelabelFault> faults = FaultsOf(new RelabelSettings { Regex = regex, TargetLabel = "t", Replacement = replacement });
        Assert.Equal(refused ? ["regex"] : [], faults.Select(fault => fault.Field));
        Assert.All(faults, fault => Assert.Contains("cannot be relied on", fault.Message, StringComparison.Ordinal));
    }

    private static IReadOnlyList<RelabelFault> FaultsOf(RelabelSettings settings)
    {
        Assert.Equal(RelabelRule.TryCreate(settings, out _, out IReadOnlyList<RelabelFault> faults), faults.Count == 0);
        return faults;
    }
}
