using System.Net;
using Stoker.Graph;
using Stoker.Scrape;
using Stoker.Syntax.Values;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;

namespace Stoker.PipelineTests;

/// <summary>What the reference page of <c>pyroscope.scrape</c> says about the component as a whole: several of them, their health, a reload.</summary>
public sealed class PageBehaviourTests
{
    private const string OneProfile = """
          profiling_config {
            profile.memory      { enabled = false }
            profile.block       { enabled = false }
            profile.mutex       { enabled = false }
            profile.process_cpu { enabled = false }
          }
        """;

    [Fact]
    public async Task ComponentsWithDifferentLabels_EachScrapeTheirTargetsUnderTheirName()
    {
        const string Configuration = $$"""
            pyroscope.scrape "one" {
              targets    = [{"__address__" = "one:1"}]
              forward_to = []
            {{OneProfile}}
            }
            pyroscope.scrape "two" {
              targets         = [{"__address__" = "two:1"}]
              scrape_interval = "20s"
              forward_to      = []
            {{OneProfile}}
            }
            """;
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(SampleProfile.CreateGzip(new ManualTimeProvider().GetUtcNow())));
        await using var pipeline = new Pipeline(Configuration, handler);
        await pipeline.StartAsync();
        PlannedScrape[] plan = [.. pipeline.PlanOf("pyroscope.scrape.one").Scrapes, .. pipeline.PlanOf("pyroscope.scrape.two").Scrapes];

        SlotWalk walk = await SlotWalk.StartAsync(plan, pipeline.Time);
        await walk.PassAsync(TimeSpan.FromSeconds(60));

        Assert.Equal(["pyroscope.scrape.one", "pyroscope.scrape.two"], plan.Select(scrape => scrape.Labels["job"]));
        Assert.Equal((4, 3), (handler.Requests.Count(request => request.Uri.Host == "one"), handler.Requests.Count(request => request.Uri.Host == "two")));
    }

    [Fact]
    public async Task Health_WithEveryTargetDown_StaysHealthyAndCountsThem()
    {
        const string Configuration = $$"""
            pyroscope.scrape "one" {
              targets    = [{"__address__" = "one:1"}, {"__address__" = "two:1"}]
              forward_to = []
            {{OneProfile}}
            }
            """;
        var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Answer(HttpStatusCode.InternalServerError, []));
        await using var pipeline = new Pipeline(Configuration, handler);
        await pipeline.StartAsync();

        SlotWalk walk = await SlotWalk.StartAsync(pipeline.PlanOf("pyroscope.scrape.one").Scrapes, pipeline.Time);
        await walk.PassAsync(TimeSpan.FromSeconds(15));

        ComponentHealth health = pipeline.Component("pyroscope.scrape.one").Health;
        Assert.Equal((HealthState.Healthy, "0 targets up, 2 down"), (health.State, health.Message));
    }

    [Fact]
    public async Task Health_WithArgumentsThatBecomeInvalid_IsUnhealthyUntilTheyAreValidAndKeepsTheOldOnes()
    {
        const string Id = "pyroscope.scrape.one";
        const string Configuration = """
            discovery.http "d" {
              url = "http://sd/"
            }
            pyroscope.scrape "one" {
              targets    = discovery.http.d.targets
              forward_to = []
            }
            """;
        var discovery = new StandInDiscovery(StandInDiscovery.TargetOf(("__address__", "old:1")));
        await using var pipeline = new Pipeline(Configuration, new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok([])), discovery.Definition);
        await pipeline.StartAsync();
        Assert.Equal(HealthState.Healthy, pipeline.Component(Id).Health.State);

        discovery.Publish(new StringValue("no list"));
        await Pipeline.UntilAsync(() => pipeline.Component(Id).Health.State == HealthState.Unhealthy);
        Assert.Contains("should be list(map(string))", pipeline.Component(Id).Health.Message, StringComparison.Ordinal);
        Assert.Equal(5, pipeline.PlanOf(Id).Scrapes.Count(scrape => scrape.Url.StartsWith("http://old:1/", StringComparison.Ordinal)));

        discovery.Publish(StandInDiscovery.TargetOf(("__address__", "new:1")));
        await Pipeline.UntilAsync(() => pipeline.Component(Id).Health.State == HealthState.Healthy);
        Assert.Equal(5, pipeline.PlanOf(Id).Scrapes.Count(scrape => scrape.Url.StartsWith("http://new:1/", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Clustering_WhileNoClusterRuns_ChangesNothing()
    {
        List<string[]> urls = [];
        foreach (string clustering in (string[])["", "clustering { enabled = true }", "clustering { enabled = false }"])
        {
            await using var pipeline = new Pipeline(
                $$"""
                pyroscope.scrape "one" {
                  targets    = [{"__address__" = "a:1"}, {"__address__" = "b:1"}, {"__address__" = "c:1"}]
                  forward_to = []
                  {{clustering}}
                }
                """,
                new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok([])));
            ReloadResult loaded = await pipeline.LoadAsync();
            Assert.Empty(loaded.Diagnostics);
            urls.Add([.. pipeline.PlanOf("pyroscope.scrape.one").Scrapes.Select(scrape => scrape.Url)]);
        }

        Assert.Equal(15, urls[0].Length);
        Assert.Equal(urls[0], urls[1]);
        Assert.Equal(urls[0], urls[2]);
    }
}
