using System.Collections.Concurrent;
using System.Net.Http.Headers;
using Stoker.Graph;
using Stoker.Scrape;
using Stoker.Syntax;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;

namespace Stoker.PipelineTests;

/// <summary>
/// The four examples of the reference page of <c>pyroscope.scrape</c>, as whole files: which URLs are asked for, how often, and which are not.
/// Those with <c>discovery.http</c> need the component of that name, which does not exist yet: a stand-in exports its targets.
/// </summary>
public sealed class PageExampleTests
{
    private const string Backend = """
        pyroscope.write "local" {
          endpoint {
            url = "http://pyroscope:4040"
          }
        }
        """;

    private const string Discovery = """
        discovery.http "dynamic_targets" {
          url = "https://example.com/scrape_targets"
          refresh_interval = "15s"
        }
        """;

    private const string Dynamic = Discovery + """

        pyroscope.scrape "local" {
          targets = [discovery.http.dynamic_targets.targets]

          forward_to = [pyroscope.write.local.receiver]
        }

        """ + Backend;

    private const string StaticAndDynamic = Discovery + """

        pyroscope.scrape "local" {
          targets = array.concat([
            {"__address__" = "localhost:4040", "service_name"="pyroscope"},
            {"__address__" = "localhost:12345", "service_name"="alloy"},
          ], discovery.http.dynamic_targets.targets)

          forward_to = [pyroscope.write.local.receiver]
        }

        """ + Backend;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task DefaultEndpointsOfStaticTargets_AreEachScrapedEvery15SecondsAndNoOthers()
    {
        const string Configuration = """
            pyroscope.scrape "local" {
              targets = [
                {"__address__" = "localhost:4040", "service_name"="pyroscope"},
                {"__address__" = "localhost:12345", "service_name"="alloy"},
              ]

              forward_to = [pyroscope.write.local.receiver]
            }

            """ + Backend;
        var target = new Recorder();
        await using var pipeline = new Pipeline(Configuration, target.Handler);
        await pipeline.StartAsync();

        await target.AssertEveryIntervalAsync(pipeline, [.. DefaultUrls("localhost:4040"), .. DefaultUrls("localhost:12345")]);

        // What was scraped in both intervals has gone to the backend.
        Assert.Equal(2 * 10, target.Pushed.Count);
        Assert.All(target.Pushed, url => Assert.StartsWith("http://pyroscope:4040/", url, StringComparison.Ordinal));
    }

    [Fact]
    public async Task EnablingAndDisablingProfiles_ScrapesWhatIsEnabledAndNothingElse()
    {
        const string Configuration = """
            pyroscope.scrape "local" {
              targets = [
                {"__address__" = "localhost:12345", "service_name"="alloy"},
              ]

              profiling_config {
                profile.fgprof {
                  enabled = true
                }
                profile.block {
                  enabled = false
                }
                profile.mutex {
                  enabled = false
                }
              }

              forward_to = [pyroscope.write.local.receiver]
            }

            """ + Backend;
        var target = new Recorder();
        await using var pipeline = new Pipeline(Configuration, target.Handler);
        await pipeline.StartAsync();

        await target.AssertEveryIntervalAsync(
            pipeline,
            [
                "http://localhost:12345/debug/fgprof?seconds=14",
                "http://localhost:12345/debug/pprof/allocs",
                "http://localhost:12345/debug/pprof/goroutine",
                "http://localhost:12345/debug/pprof/profile?seconds=14",
            ]);
    }

    [Fact]
    public async Task DefaultEndpointsOfDynamicTargets_FollowWhatDiscoveryExports()
    {
        var discovery = new StandInDiscovery(StandInDiscovery.TargetOf(("__address__", "one:6060")));
        var target = new Recorder();
        await using var pipeline = new Pipeline(Dynamic, target.Handler, discovery.Definition);
        await pipeline.StartAsync();
        await target.AssertEveryIntervalAsync(pipeline, DefaultUrls("one:6060"));

        discovery.Publish(StandInDiscovery.TargetOf(("__address__", "two:6060")), StandInDiscovery.TargetOf(("service_name", "no address")));
        await target.AssertEveryIntervalAsync(pipeline, DefaultUrls("two:6060"), PlanOf("two:6060"));

        Assert.Equal("it has no __address__ label, which must be the <host>:<port> to scrape", Assert.Single(pipeline.PlanOf(Recorder.Id).Dropped).Reason);
        Assert.Equal(HealthState.Healthy, pipeline.Component(Recorder.Id).Health.State);
    }

    [Fact]
    public async Task DefaultEndpointsOfStaticAndDynamicTargets_AreScrapedTogether()
    {
        var discovery = new StandInDiscovery(StandInDiscovery.TargetOf(("__address__", "found:6060")));
        var target = new Recorder();
        await using var pipeline = new Pipeline(StaticAndDynamic, target.Handler, discovery.Definition);
        await pipeline.StartAsync();

        await target.AssertEveryIntervalAsync(
            pipeline, [.. DefaultUrls("localhost:4040"), .. DefaultUrls("localhost:12345"), .. DefaultUrls("found:6060")]);
    }

    /// <summary>How it is until the component comes. Then this test goes, and the two above take the component in place of the stand-in.</summary>
    [Theory]
    [InlineData(Dynamic)]
    [InlineData(StaticAndDynamic)]
    public async Task ExamplesWithDiscoveryHttp_WithoutTheComponent_AreOneMistakeThatNamesIt(string configuration)
    {
        await using var pipeline = new Pipeline(configuration, new Recorder().Handler);

        ReloadResult result = await pipeline.LoadAsync();

        Assert.False(result.Applied);
        Diagnostic mistake = Assert.Single(result.Diagnostics);
        Assert.StartsWith($"{pipeline.ConfigurationPath}:1:1: ", mistake.ToString(), StringComparison.Ordinal);
        Assert.Contains("\"discovery.http\"", mistake.Message, StringComparison.Ordinal);
    }

    /// <summary>What the component comes to plan for one target: it tells when its loops sleep for the first time.</summary>
    private static ScrapePlan PlanOf(string address) =>
        ScrapePlan.Create(new ScrapeArguments { Targets = [StandInDiscovery.TargetOf(("__address__", address))] }, Recorder.Id);

    private static string[] DefaultUrls(string address) =>
    [
        $"http://{address}/debug/pprof/allocs",
        $"http://{address}/debug/pprof/block",
        $"http://{address}/debug/pprof/goroutine",
        $"http://{address}/debug/pprof/mutex",
        $"http://{address}/debug/pprof/profile?seconds=14",
    ];

    /// <summary>Every host of the example: it answers all requests and keeps when each URL of a target was asked for.</summary>
    private sealed class Recorder
    {
        public const string Id = "pyroscope.scrape.local";

        private readonly ConcurrentQueue<string> _scraped = new();
        private int _answered;

        public Recorder() => Handler = new ScriptedHttpHandler(Answer);

        public ScriptedHttpHandler Handler { get; }

        public IReadOnlyList<string> Pushed =>
            [.. Handler.Requests.Where(request => request.Method == HttpMethod.Post).Select(request => request.Uri.ToString())];

        /// <summary>Two intervals, in each of which exactly these URLs are asked for, once each.</summary>
        public async Task AssertEveryIntervalAsync(Pipeline pipeline, IReadOnlyList<string> urls, ScrapePlan? plan = null)
        {
            SlotWalk walk = await SlotWalk.StartAsync((plan ?? pipeline.PlanOf(Id)).Scrapes, pipeline.Time);
            for (int interval = 1; interval <= 2; interval++)
            {
                // Delivered before the clock goes on, because a push has a deadline by that clock too.
                await walk.PassAsync(Interval, () => Pipeline.UntilAsync(
                    async () => await pipeline.MetricAsync("pyroscope_write_sent_profiles_total") >= Volatile.Read(ref _answered)));
                Assert.Equal(urls.Order(StringComparer.Ordinal), _scraped.Order(StringComparer.Ordinal));
                _scraped.Clear();
            }
        }

        private HttpResponseMessage Answer(SeenRequest request)
        {
            if (request.Uri.Host == "pyroscope")
            {
                HttpResponseMessage taken = ScriptedHttpHandler.Ok([]);
                taken.Content.Headers.ContentType = new MediaTypeHeaderValue("application/proto");
                return taken;
            }

            _scraped.Enqueue(request.Uri.ToString());
            Interlocked.Increment(ref _answered);
            return ScriptedHttpHandler.Ok(SampleProfile.CreateGzip(new ManualTimeProvider().GetUtcNow()));
        }
    }
}
