namespace Stoker.Scrape.Tests.Arguments;

/// <summary>Limits on targets that are written out in the file.</summary>
public sealed class LiteralTargetTests
{
    [Theory]
    [InlineData("label_limit = 6", "7 labels would be delivered for \"memory\", and label_limit is 6")]
    [InlineData("label_name_length_limit = 11", "the name of the label \"service_name\" is 12 bytes long")]
    [InlineData("label_value_length_limit = 19", "the value of the label \"zone\" is 20 bytes long")]
    public void LabelLimit_LiteralTarget_IsAnErrorAtTheLiteral(string limit, string message)
    {
        const string target = "{\"__address__\" = \"h:1\", \"zone\" = \"aaaaaaaaaaaaaaaaaaaa\", \"a\" = \"b\", \"service_name\" = \"s\"}";
        ConfigurationText read = ConfigurationText.Read($"targets = [\n{target},\n]\nforward_to = [receiver]\n{limit}");

        string error = Assert.Single(read.Errors);
        Assert.StartsWith($"2: {target}: this target cannot be scraped: ", error, StringComparison.Ordinal);
        Assert.Contains(message, error, StringComparison.Ordinal);
    }

    [Fact]
    public void LabelValueLengthLimit_ComponentsNameIsTheJob_IsNoErrorWhereAShortNameWouldFit()
    {
        string text = "targets = [{\"__address__\" = \"h:1\"}]\nforward_to = [receiver]\nlabel_value_length_limit = ";

        Assert.Empty(ConfigurationText.Read(text + "pyroscope.scrape.x".Length).Errors);
        Assert.Single(ConfigurationText.Read(text + ("pyroscope.scrape.x".Length - 1)).Errors);
    }

    [Fact]
    public void TargetLimit_MoreLiteralTargets_IsAWarning()
    {
        string text = "targets = [{\"__address__\" = \"a:1\"}, {\"__address__\" = \"b:1\"}, {\"__address__\" = \"a:1\"}, {\"__address__\" = \"c:1\"}]\nforward_to = [receiver]\n";

        Assert.Empty(ConfigurationText.Read(text + "target_limit = 3").Warnings);
        ConfigurationText read = ConfigurationText.Read(text + "target_limit = 2");
        Assert.NotNull(read.Arguments);
        Assert.Equal(
            ["3: target_limit = 2: 4 targets are written here and target_limit is 2: 1 of them will not be scraped"], read.Warnings);
    }

    [Fact]
    public void TargetLimit_DiscoveredTargets_AreNoWarning() =>
        Assert.Empty(ConfigurationText.Read("targets = array.concat(discovered, discovered)\nforward_to = [receiver]\ntarget_limit = 1").Warnings);

    [Fact]
    public void Labels_MoreThanPyroscopeTakes_IsAWarningAtTheLiteral()
    {
        string labels = string.Join(", ", Enumerable.Range(0, 27).Select(i => $"\"l{i}\" = \"v\""));
        string text = $"targets = [{{\"__address__\" = \"h:1\"}}, {{\"__address__\" = \"h:2\", {labels}}}]\nforward_to = [receiver]\n";

        string warning = Assert.Single(ConfigurationText.Read(text).Warnings);
        Assert.StartsWith("1: {\"__address__\" = \"h:2\", ", warning, StringComparison.Ordinal);
        Assert.EndsWith(
            "32 labels would be delivered for \"memory\", and Pyroscope refuses profiles with more than 30 unless its max_label_names_per_series was raised; remove labels by relabeling",
            warning, StringComparison.Ordinal);
        Assert.EndsWith(
            "by relabeling (2 more targets have too many)",
            Assert.Single(ConfigurationText.Read(text.Replace("}]", $"}}, {{\"__address__\" = \"h:3\", {labels}}}, {{\"__address__\" = \"h:4\", {labels}}}]", StringComparison.Ordinal)).Warnings),
            StringComparison.Ordinal);
        Assert.Empty(ConfigurationText.Read(text.Replace("\"l0\" = \"v\", \"l1\" = \"v\", ", "", StringComparison.Ordinal)).Warnings);
    }
}
