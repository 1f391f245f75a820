using System.Text;
using Stoker.Discovery.Groups;

namespace Stoker.Discovery.Tests.Groups;

/// <summary>A bad entry costs only itself and says where it stands; what is no list of groups is not taken at all.</summary>
public sealed class JsonGroupsTests
{
    private const string Good = """{"targets": ["good:1"]}""";

    [Theory]
    [InlineData("null", "group 1: it is null instead of an object")]
    [InlineData("\"host:1\"", "group 1: it is a string instead of an object")]
    [InlineData("""[{"targets": ["nested:1"]}]""", "group 1: it is a list instead of an object")]
    [InlineData("""{"targets": "host:1"}""", "group 1, \"targets\": it is a string instead of a list of addresses")]
    [InlineData("""{"targets": [6060]}""", "group 1, target 1: it is a number instead of a string such as \"10.0.0.7:6060\"")]
    [InlineData("""{"targets": [["a:1"]]}""", "group 1, target 1: it is a list instead of a string such as \"10.0.0.7:6060\"")]
    [InlineData("""{"targets": [{"a": {"b": []}}]}""", "group 1, target 1: it is an object instead of a string such as \"10.0.0.7:6060\"")]
    [InlineData("""{"targets": [true]}""", "group 1, target 1: it is a truth value instead of a string such as \"10.0.0.7:6060\"")]
    [InlineData("""{"targets": [""]}""", "group 1, target 1: it is empty; it should be an address such as \"10.0.0.7:6060\"")]
    [InlineData("""{"targets": ["\ud800"]}""", "group 1, target 1: it is not valid Unicode")]
    public void Entry_ThatIsNoTarget_CostsOnlyItself(string group, string skipped)
    {
        var read = GroupText.OfJson($"[{group}, {Good}]");

        Assert.Null(read.Fault);
        Assert.Equal(["{__address__=\"good:1\", s}"], read.Targets);
        Assert.Equal([skipped], read.Skipped);
        Assert.Equal(1, read.SkippedCount);
    }

    [Theory]
    [InlineData("\"labels\": [1]", "group 1, \"labels\": it is a list instead of an object of labels")]
    [InlineData("\"labels\": {\"port\": 6060}", "group 1, label \"port\": its value is a number instead of a string; put it into quotes")]
    [InlineData("\"labels\": {\"a\": {\"b\": [1]}}", "group 1, label \"a\": its value is an object instead of a string; put it into quotes")]
    [InlineData("\"labels\": {\"\": \"x\"}", "group 1, a label: it has no name")]
    [InlineData("\"labels\": {\"\\ud800\": [1]}", "group 1, a label: its name is not valid Unicode")]
    [InlineData("\"labels\": {\"a\": \"\\ud800\"}", "group 1, label \"a\": its value is not valid Unicode")]
    [InlineData("\"label\": {\"a\": \"b\"}", "group 1, key \"label\": a group has only \"targets\" and \"labels\"; did you mean \"labels\"?; named once")]
    [InlineData("\"\\ud800\": 1", "group 1, a key: it is not valid Unicode")]
    public void Part_OfAGroupThatIsWrong_CostsOnlyItself(string part, string skipped)
    {
        var read = GroupText.OfJson($$"""[{"labels": {"kept": "x"}, "targets": ["a:1"], {{part.Replace("\"labels\": {", "\"labels\": {\"kept\": \"x\", ", StringComparison.Ordinal)}}}]""");

        Assert.Null(read.Fault);
        Assert.Equal([part.StartsWith("\"labels\": [", StringComparison.Ordinal) ? "{__address__=\"a:1\", s}" : "{__address__=\"a:1\", s, kept=\"x\"}"], read.Targets);
        Assert.Equal([skipped], read.Skipped);
    }

    [Fact]
    public void Skips_HaveTheNumbersOfGroupAndTarget()
    {
        var read = GroupText.OfJson("""[{"targets": ["a:1"]}, {"targets": ["b:1", 2, "c:1", 4]}, 3]""");

        Assert.Equal(3, read.Targets.Count);
        Assert.Equal(["group 2, target 2", "group 2, target 4", "group 3"], read.Skipped.Select(skip => skip.Split(": ")[0]));
    }

    [Fact]
    public void UnknownKey_OfManyGroups_IsNamedOnce()
    {
        var read = GroupText.OfJson($"[{string.Join(',', Enumerable.Repeat("""{"targets": ["a:1"], "comment": {"deep": [1, {"x": null}]}}""", 50))}]");

        Assert.Equal(50, read.Targets.Count);
        Assert.Equal(["group 1, key \"comment\": a group has only \"targets\" and \"labels\"; named once"], read.Skipped);
    }

    [Fact]
    public void Skips_BeyondAHundred_AreCounted()
    {
        var read = GroupText.OfJson($$"""[{"targets": [{{string.Join(',', Enumerable.Repeat("1", 5000))}}, "a:1"]}]""");

        Assert.Single(read.Targets);
        Assert.Equal((100, 5000), (read.Skipped.Count, read.SkippedCount));
    }

    [Theory]
    [InlineData("", "it is empty; without targets it should be []")]
    [InlineData(" \r\n", "it is empty; without targets it should be []")]
    [InlineData("null", "it is null instead of a list of groups")]
    [InlineData("""{"targets": ["a:1"]}""", "it is an object instead of a list of groups")]
    [InlineData("<!doctype html>", "it is no valid JSON at line 1, byte 1: '<' is an invalid start of a value")]
    [InlineData("[{\"targets\": [\"a:1\"]}", "it is no valid JSON at line 1, byte 22")]
    [InlineData("[{\"targets\": [\"a:1\"]}]\n]", "it is no valid JSON at line 2, byte 1")]
    [InlineData("[{\"targets\": [\"a:1\"]},]", "it is no valid JSON at line 1, byte 23")]
    public void Whole_ThatIsNoListOfGroups_IsNotTaken(string text, string fault)
    {
        var read = GroupText.OfJson(text);

        Assert.StartsWith(fault, read.Fault, StringComparison.Ordinal);
        Assert.DoesNotContain("LineNumber", read.Fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Whole_CutAnywhere_IsNotTaken()
    {
        byte[] text = Encoding.UTF8.GetBytes("""[{"targets": ["a:1", "b:2"], "labels": {"x": "y"}}, null]""");
        Assert.Null(GroupText.OfJson(text).Fault);
        Assert.All(Enumerable.Range(0, text.Length - 1), length => Assert.NotNull(GroupText.OfJson(text[..length]).Fault));
    }

    [Fact]
    public void InvalidUtf8_CostsTheEntryItStandsIn()
    {
        byte[] text = [.. "[{\"targets\": [\"a:1\", \""u8, 0xFF, .. "\", \"b:1\"]}]"u8];

        var read = GroupText.OfJson(text);

        Assert.Equal(2, read.Targets.Count);
        Assert.Equal(["group 1, target 2: it is not valid Unicode"], read.Skipped);
    }

    [Fact]
    public void ByteOrderMark_IsNotPartOfTheText() => Assert.Single(GroupText.OfJson("\uFEFF[" + Good + "]").Targets);

    [Fact]
    public void Targets_OverTheLimit_AreNotTaken()
    {
        var read = GroupText.OfJson("[{\"targets\": [" + string.Join(',', Enumerable.Repeat("\"a\"", TargetGroups.MaxTargets + 1)) + "]}]");

        Assert.Equal("it has more than 1000000 targets, which is the limit", read.Fault);
    }

    [Fact]
    public void Labels_MultipliedByTargetsOverTheLimit_AreNotTaken()
    {
        string labels = string.Join(',', Enumerable.Range(0, TargetGroups.MaxLabelsOfGroup).Select(i => $"\"l{i}\": \"v\""));
        string targets = string.Join(',', Enumerable.Repeat("\"a\"", 20_000));

        var read = GroupText.OfJson($$"""[{"targets": [{{targets}}], "labels": { {{labels}} } }]""");

        Assert.Equal("its targets have more than 10000000 labels together, which is the limit", read.Fault);
        Assert.Empty(read.Targets);
    }

    [Fact]
    public void Labels_OfAGroupOverTheLimit_AreLeftOutOneByOne()
    {
        string labels = string.Join(',', Enumerable.Range(0, TargetGroups.MaxLabelsOfGroup + 2).Select(i => $"\"l{i}\": \"v\""));

        var read = GroupText.OfJson($$"""[{"targets": ["a:1"], "labels": { {{labels}} } }]""");

        Assert.Single(read.Targets);
        Assert.Equal(["group 1, label \"l1000\": a group may have 1000 labels", "group 1, label \"l1001\": a group may have 1000 labels"], read.Skipped);
    }
}
