using System.Text.Json;
using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary><c>stoker explain</c>: what it prints of targets that are there, that are not, and that could be.</summary>
public sealed class ExplainTests
{
    private const string Chain = """
        discovery.relabel "pods" {
          targets = [
            {"__address__" = "10.0.0.7:8080", "__meta_app" = "cart", "__meta_port" = "6060", "__meta_scrape" = "true"},
            {"__address__" = "10.0.0.8:8080", "__meta_app" = "shop", "__meta_port" = "6060", "__meta_scrape" = "false"},
            {"__address__" = "10.0.0.9:8080", "__meta_app" = "shop", "__meta_port" = "6060", "__meta_scrape" = "true"},
          ]

          rule {
            source_labels = ["__meta_scrape"]
            regex         = "true"
            action        = "keep"
          }

          rule {
            source_labels = ["__address__", "__meta_port"]
            regex         = `([^:]+)(?::\d+)?;(\d+)`
            target_label  = "__address__"
            replacement   = "$1:$2"
          }
        }

        discovery.relabel "names" {
          targets = discovery.relabel.pods.output

          rule {
            source_labels = ["__meta_app"]
            target_label  = "service_name"
          }
        }

        pyroscope.scrape "go" {
          targets    = discovery.relabel.names.output
          forward_to = []
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("10.0.0.7:8080")]
    [InlineData("10.0.0.7:6060")]
    [InlineData("http://10.0.0.7:6060/debug/pprof/allocs")]
    [InlineData("service_name=cart")]
    [InlineData("instance=10.0.0.7:6060")]
    [InlineData("__meta_app=cart", "__meta_scrape=true")]
    [InlineData("{__address__=\"10.0.0.7:8080\", __meta_app=\"cart\", __meta_port=\"6060\", \"__meta_scrape\"=\"true\"}")]
    public async Task Explain_OfATarget_FollowsItFromRuleToRuleToTheScrape(params string[] target)
    {
        CommandResult result = await ExplainAsync(Chain, target);
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        string[] lines = result.Output.Split('\n');
        Assert.Equal("target {__address__=\"10.0.0.7:8080\", __meta_app=\"cart\", __meta_port=\"6060\", __meta_scrape=\"true\"}", lines[0]);
        Assert.Equal(
            ["discovery.relabel.pods", "discovery.relabel.names", "pyroscope.scrape.go"],
            lines.Where(line => line.StartsWith("discovery.", StringComparison.Ordinal) || line.StartsWith("pyroscope.", StringComparison.Ordinal)));
        Assert.Contains(lines, line => line.EndsWith("__meta_scrape = \"true\" matches \"true\", so the target is kept", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("__address__ changes from \"10.0.0.7:8080\" to \"10.0.0.7:6060\"", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.EndsWith("service_name becomes \"cart\"", StringComparison.Ordinal));
        Assert.Contains("  scraped  http://10.0.0.7:6060/debug/pprof/allocs", lines);
        Assert.Single(lines, line => line.StartsWith("target ", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Explain_OfADroppedTarget_EndsWithTheRuleAndWhy()
    {
        CommandResult result = await ExplainAsync(Chain, "10.0.0.8:8080");
        Assert.Equal(0, result.ExitCode);
        string[] lines = result.Output.Split('\n');
        Assert.Contains(lines, line => line.Contains("dropped  __meta_scrape = \"false\" does not match \"true\"", StringComparison.Ordinal));
        Assert.Equal("  result   dropped by rule 1", lines[^1]);
        Assert.DoesNotContain("discovery.relabel.names", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfATargetThatIsNotScraped_SaysWhy()
    {
        CommandResult result = await ExplainAsync("""
            pyroscope.scrape "x" {
              targets    = [{"__address__" = "a:1", "__meta_x" = "1"}, {"__address__" = "a:1", "__meta_x" = "2"}]
              forward_to = []
            }
            """, "__meta_x=2");
        Assert.Equal(0, result.ExitCode);
        Assert.Contains("  not scraped: an earlier target has the same URL and the same labels", result.Output, StringComparison.Ordinal);
        Assert.DoesNotContain("  scraped  ", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfLabelsOfSeveralTargets_ExplainsEach()
    {
        CommandResult result = await ExplainAsync(Chain, "__meta_app=shop");
        Assert.Equal(2, result.Output.Split('\n').Count(line => line.StartsWith("target ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Explain_OfTooManyTargets_ShowsTwentyAndSaysSo()
    {
        string targets = string.Join(", ", Enumerable.Range(0, 25).Select(i => $"{{\"__address__\" = \"h:{i + 1}\", \"a\" = \"b\"}}"));
        CommandResult result = await ExplainAsync($"pyroscope.scrape \"x\" {{\ntargets = [{targets}]\nforward_to = []\n}}", "a=b");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(20, result.Output.Split('\n').Count(line => line.StartsWith("target ", StringComparison.Ordinal)));
        Assert.Contains("the first 20 are shown", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfATargetThatDoesNotExist_SupposesIt()
    {
        CommandResult result = await ExplainAsync(Chain, "{__address__=\"[::1]:1\", __meta_scrape=\"true\", __meta_app=\"a\\\"b\"}");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        Assert.Contains("(supposed: ", result.Output, StringComparison.Ordinal);
        Assert.Contains("service_name becomes \"a\"b\"", result.Output, StringComparison.Ordinal);
        Assert.Contains("  scraped  http://[::1]:1/debug/pprof/allocs", result.Output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("10.0.0.7:6061", "no target has __address__=\"10.0.0.7:6061\"; did you mean \"10.0.0.7:6060\"?")]
    [InlineData("service_nam=cart", "no target has a label service_nam; did you mean \"service_name\"?")]
    [InlineData("service_name=crat", "did you mean \"cart\"?")]
    [InlineData("=x", "neither an address")]
    [InlineData("{a=b}", "the value of a label stands in double quotes (at character 4 of the target)")]
    public async Task Explain_OfNothingThatIsThere_SaysWhatIs(string target, string message)
    {
        CommandResult result = await ExplainAsync(Chain, target);
        Assert.Equal((1, ""), (result.ExitCode, result.Output));
        Assert.Contains(message, result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_OfAConfigurationWithMistakes_ReportsThem()
    {
        CommandResult result = await ExplainAsync("discovery.relabel \"x\" { }", "a:1");
        Assert.Equal(1, result.ExitCode);
        Assert.Contains("missing required attribute \"targets\"", result.Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explain_AsJson_HasTheSame()
    {
        CommandResult result = await ExplainAsync(Chain, "10.0.0.7:6060", "--json");
        Assert.Equal((0, ""), (result.ExitCode, result.Errors));
        JsonElement target = JsonDocument.Parse(result.Output).RootElement.EnumerateArray().Single();
        Assert.Equal("10.0.0.7:8080", target.GetProperty("target").GetProperty("__address__").GetString());
        Assert.True(target.GetProperty("exists").GetBoolean());
        JsonElement[] components = [.. target.GetProperty("components").EnumerateArray()];
        Assert.Equal(["discovery.relabel.pods", "discovery.relabel.names", "pyroscope.scrape.go"], components.Select(item => item.GetProperty("component").GetString()));
        JsonElement rule = components[0].GetProperty("rules").EnumerateArray().Last();
        Assert.Equal((2, "replace", "10.0.0.7:8080;6060", true, false), (
            rule.GetProperty("rule").GetInt32(), rule.GetProperty("action").GetString(), rule.GetProperty("source_value").GetString(),
            rule.GetProperty("matched").GetBoolean(), rule.GetProperty("dropped").GetBoolean()));
        JsonElement change = rule.GetProperty("changes").EnumerateArray().Single();
        Assert.Equal(("__address__", "10.0.0.7:8080", "10.0.0.7:6060"), (
            change.GetProperty("label").GetString(), change.GetProperty("before").GetString(), change.GetProperty("after").GetString()));
        Assert.Equal("kept", components[1].GetProperty("verdict").GetString());
        JsonElement scrape = components[2].GetProperty("scrapes").EnumerateArray().First();
        Assert.Equal("http://10.0.0.7:6060/debug/pprof/allocs", scrape.GetProperty("url").GetString());
        Assert.Equal("cart", scrape.GetProperty("labels").GetProperty("service_name").GetString());
    }

    private static async Task<CommandResult> ExplainAsync(string configuration, params string[] arguments)
    {
        using var folder = new TemporaryFolder();
        return await StokerProgram.RunAsync(Cancellation, ["explain", folder.Write("config.alloy", configuration), .. arguments]);
    }
}
