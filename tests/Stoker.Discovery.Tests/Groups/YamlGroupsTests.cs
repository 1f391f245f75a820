namespace Stoker.Discovery.Tests.Groups;

public sealed class YamlGroupsTests
{
    [Theory]
    [InlineData("8080", "8080")]
    [InlineData("0x1F", "0x1F")]
    [InlineData("1.50", "1.50")]
    [InlineData("true", "true")]
    [InlineData("yes", "yes")]
    [InlineData("2026-11-22", "2026-11-22")]
    [InlineData("'null'", "null")]
    [InlineData("!!str null", "null")]
    [InlineData("\"a\\tb\"", "a\tb")]
    [InlineData("|\n      a\n      b", "a\nb\n")]
    public void Label_OfAnyScalar_IsItsText(string written, string value) =>
        Assert.Equal([$"{{__address__=\"a:1\", s, x=\"{value}\"}}"], GroupText.OfYaml($"- targets: [a:1]\n  labels:\n    x: {written}\n").Targets);

    [Theory]
    [InlineData("null")]
    [InlineData("~")]
    [InlineData("")]
    [InlineData("\"\"")]
    public void Label_OfNothing_IsNotThere(string written)
    {
        var read = GroupText.OfYaml($"- targets: [a:1]\n  labels:\n    x: {written}\n    y: z\n");
        Assert.Equal(["{__address__=\"a:1\", s, y=\"z\"}"], read.Targets);
        Assert.Empty(read.Skipped);
    }

    [Fact]
    public void Document_WithCommentsBlocksAndFlows_IsRead()
    {
        var read = GroupText.OfYaml("""
            # a comment
            ---
            - targets:
                - "one:6060"   # behind
                - two:6060
              labels: {service_name: cart, __param_x: 'a b'}
            - {targets: [three:6060]}
            - targets:
              labels:
            """);

        Assert.Equal(
            [
                "{__address__=\"one:6060\", __param_x=\"a b\", s, service_name=\"cart\"}",
                "{__address__=\"two:6060\", __param_x=\"a b\", s, service_name=\"cart\"}",
                "{__address__=\"three:6060\", s}",
            ],
            read.Targets);
        Assert.Empty(read.Skipped);
    }

    [Fact]
    public void Anchors_AliasesAndMerges_MeanWhatTheyName()
    {
        var read = GroupText.OfYaml("""
            - &group
              targets: &addresses [&first one:1, two:1]
              labels: &labels
                a: &value x
                b: y
            - targets: *addresses
              labels: {<<: *labels, b: z}
            - targets: [*first]
              labels: {<<: [{a: first}, *labels], c: *value}
            - *group
            - {<<: *group, targets: [three:1]}
            """);

        Assert.Null(read.Fault);
        Assert.Empty(read.Skipped);
        Assert.Equal(
            [
                "{__address__=\"one:1\", s, a=\"x\", b=\"y\"}",
                "{__address__=\"two:1\", s, a=\"x\", b=\"y\"}",
                "{__address__=\"one:1\", s, a=\"x\", b=\"z\"}",
                "{__address__=\"two:1\", s, a=\"x\", b=\"z\"}",
                "{__address__=\"one:1\", s, a=\"first\", b=\"y\", c=\"x\"}",
                "{__address__=\"one:1\", s, a=\"x\", b=\"y\"}",
                "{__address__=\"two:1\", s, a=\"x\", b=\"y\"}",
                "{__address__=\"three:1\", s, a=\"x\", b=\"y\"}",
            ],
            read.Targets);
    }

    [Theory]
    [InlineData("null", "group 1: it is null instead of a mapping with \"targets\" and \"labels\"")]
    [InlineData("host:1", "group 1: it is a string instead of a mapping with \"targets\" and \"labels\"")]
    [InlineData("[[a], {b: c}]", "group 1: it is a list instead of a mapping with \"targets\" and \"labels\"")]
    [InlineData("*unknown", "group 1: it is the alias *unknown, which names nothing of the kind that was read before it instead of a mapping with \"targets\" and \"labels\"")]
    [InlineData("{targets: host:1}", "group 1, \"targets\": it is a string instead of a list of addresses")]
    [InlineData("{targets: [[a:1]]}", "group 1, target 1: it is a list instead of a string such as \"10.0.0.7:6060\"")]
    [InlineData("{targets: [null]}", "group 1, target 1: it is null instead of a string such as \"10.0.0.7:6060\"")]
    [InlineData("{targets: ['']}", "group 1, target 1: it is empty; it should be an address such as \"10.0.0.7:6060\"")]
    [InlineData("&me {targets: [*me]}", "group 1, target 1: it is the alias *me, which names nothing of the kind that was read before it instead of a string such as \"10.0.0.7:6060\"")]
    [InlineData("{labels: [a]}", "group 1, \"labels\": it is a list instead of a mapping of labels")]
    [InlineData("{labels: {a: [b]}}", "group 1, label \"a\": its value is a list instead of a string")]
    [InlineData("{labels: {[a]: b}}", "group 1, a label: its name is a list")]
    [InlineData("{labels: {'': b}}", "group 1, a label: it has no name")]
    [InlineData("{labels: {a: b, a: c}}", "group 1, label \"a\": it stands twice; only the later counts")]
    [InlineData("{labels: {<<: x}}", "group 1, \"<<\": a string cannot be merged here")]
    [InlineData("{labels: {}, labels: {}}", "group 1, \"labels\": it stands twice; only the later counts")]
    [InlineData("{target: [a:1]}", "group 1, key \"target\": a group has only \"targets\" and \"labels\"; did you mean \"targets\"?; named once")]
    [InlineData("{Targets: [a:1]}", "group 1, key \"Targets\": a group has only \"targets\" and \"labels\"; did you mean \"targets\"?; named once")]
    [InlineData("{{a: b}: c}", "group 1, a key: its name is a mapping")]
    public void Entry_ThatIsWrong_CostsOnlyItself(string group, string skipped)
    {
        var read = GroupText.OfYaml($"- {group}\n- targets: [good:1]\n");

        Assert.Null(read.Fault);
        Assert.Equal(["{__address__=\"good:1\", s}"], read.Targets);
        Assert.Equal([skipped], read.Skipped);
    }

    [Theory]
    [InlineData("", "it has no content")]
    [InlineData("# nothing\n", "it has no content")]
    [InlineData("---\n", "it is null instead of a list of groups")]
    [InlineData("targets: [a:1]\n", "it is a mapping instead of a list of groups")]
    [InlineData("- targets: [a:1\n", "it is no valid YAML at line 2, column 1: ")]
    [InlineData("- targets: [a:1]\n\tlabels: {}\n", "it is no valid YAML at line 1")]
    [InlineData("- labels: {a: &v x, b: y}\n", "it is no valid YAML at line 1")]
    public void Whole_ThatIsNoListOfGroups_IsNotTaken(string text, string fault) =>
        Assert.StartsWith(fault, GroupText.OfYaml(text).Fault, StringComparison.Ordinal);

    [Fact]
    public void SecondDocument_IsLeftOutAndNamed()
    {
        var read = GroupText.OfYaml("- targets: [a:1]\n---\n- targets: [b:1]\n");

        Assert.Single(read.Targets);
        Assert.Equal(["document 2: only the first document of a file is read"], read.Skipped);
    }

    [Fact]
    public void InvalidUtf8_CostsTheEntryItStandsIn()
    {
        var read = GroupText.OfYaml([.. "- targets: [a:1, caf"u8, 0xE9, .. ":1, b:1]\n  labels: {x: "u8, 0xFF, .. ", y: z}\n"u8]);

        Assert.Equal(["{__address__=\"a:1\", s, y=\"z\"}", "{__address__=\"b:1\", s, y=\"z\"}"], read.Targets);
        Assert.Equal(["group 1, target 2: it is not valid UTF-8", "group 1, label \"x\": its value is not valid UTF-8"], read.Skipped);
    }

    [Fact]
    public void Nesting_WithoutEnd_IsRefused()
    {
        Assert.Contains("nested more than 64 deep", GroupText.OfYaml("- x: " + new string('[', 100_000)).Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Aliases_ThatMultiply_AreRefusedAtTheLimit()
    {
        string targets = string.Join(',', Enumerable.Repeat("a", 2_000));
        string groups = string.Concat(Enumerable.Repeat("- *g\n", 2_000));

        var read = GroupText.OfYaml($"- &g {{targets: [{targets}]}}\n{groups}");

        Assert.Equal("it has more than 1000000 targets, which is the limit", read.Fault);
    }
}
