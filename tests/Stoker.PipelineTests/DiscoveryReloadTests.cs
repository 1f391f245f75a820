using System.Net;
using System.Net.Http.Headers;
using Stoker.Components;
using Stoker.Graph;
using Stoker.Syntax.Values;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;

namespace Stoker.PipelineTests;

/// <summary>What becomes of running scrapes when the arguments of the discovery that names their targets change.</summary>
public sealed class DiscoveryReloadTests
{
    private const string Id = "pyroscope.scrape.local";
    private const string Found = "discovery.http.found";

    private const string Configuration = """
        discovery.http "found" {
          url              = "http://old/targets"
          refresh_interval = "15s"
        }

        pyroscope.scrape "local" {
          targets    = discovery.http.found.targets
          forward_to = []
        }
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Reload_WithAnotherUrlThatFailsAtFirst_KeepsEveryLoopThroughout()
    {
        bool isNewUp = false;
        var handler = new ScriptedHttpHandler(request => request.Uri.Host switch
        {
            "old" => Json("""[{"targets": ["one:6060"], "labels": {"service_name": "shop"}}]"""u8.ToArray()),
            "new" when !isNewUp => ScriptedHttpHandler.Answer(HttpStatusCode.ServiceUnavailable, []),
            "new" => Json("""[{"targets": ["two:6060", "one:6060"], "labels": {"service_name": "shop"}}]"""u8.ToArray()),
            _ => ScriptedHttpHandler.Ok(SampleProfile.CreateGzip(new ManualTimeProvider().GetUtcNow())),
        });
        await using var pipeline = new Pipeline(Configuration, handler);
        await pipeline.StartAsync();
        await pipeline.UntilPlannedAsync("one:6060");
        SlotWalk walk = await SlotWalk.StartAsync(pipeline.PlanOf(Id).Scrapes, pipeline.Time);
        await walk.PassAsync(Interval);
        Dictionary<string, string> since = UpSince(pipeline);
        Assert.Equal(5, since.Count);

        // 1. Another URL, which does not answer yet, and another interval.
        File.WriteAllText(
            pipeline.ConfigurationPath,
            Configuration.Replace("http://old/", "http://new/", StringComparison.Ordinal).Replace("\"15s\"", "\"20s\"", StringComparison.Ordinal));
        ReloadResult reloaded = await pipeline.LoadAsync();
        Assert.True(reloaded.Applied);
        await Pipeline.UntilAsync(() => pipeline.Component(Found).Component!.HealthMessage!.Contains("status 503", StringComparison.Ordinal));
        await walk.PassAsync(Interval);
        Assert.Equal(since, UpSince(pipeline));
        Assert.StartsWith("1 target, kept from before the arguments changed; ", pipeline.Component(Found).Component!.HealthMessage, StringComparison.Ordinal);

        // 2. It answers: what both know goes on as it was, what is new begins.
        isNewUp = true;
        await walk.PassAsync(Interval);
        await pipeline.UntilPlannedAsync("two:6060");
        walk = await SlotWalk.StartAsync(pipeline.PlanOf(Id).Scrapes, pipeline.Time);
        await walk.PassAsync(Interval);
        Dictionary<string, string> after = UpSince(pipeline);

        Assert.Equal(10, after.Count);
        Assert.Superset(since.ToHashSet(), after.ToHashSet());
        Assert.Equal("2 targets", pipeline.Component(Found).Component!.HealthMessage);
        Assert.Equal(4 * 5, handler.Requests.Count(request => request.Uri.Host == "one"));
    }

    /// <summary>Since when each scrape is up, by its URL: a loop that was begun anew would have a later time.</summary>
    private static Dictionary<string, string> UpSince(Pipeline pipeline) => pipeline.Component(Id).Component!.DescribeState().OfType<BodyBlock>()
        .Where(target => target.Name == "target" && Text(target, "health") == "up")
        .ToDictionary(target => Text(target, "url"), target => Text(target, "health_since"));

    private static string Text(BodyBlock block, string attribute) =>
        ((StringValue)block.Body.OfType<BodyAttribute>().Single(item => item.Name == attribute).Value).Content;

    private static HttpResponseMessage Json(byte[] list)
    {
        HttpResponseMessage answer = ScriptedHttpHandler.Ok(list);
        answer.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        return answer;
    }
}
