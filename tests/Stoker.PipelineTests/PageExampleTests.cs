using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Stoker.Graph;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;

namespace Stoker.PipelineTests;

/// <summary>
/// The four examples of the reference page of <c>pyroscope.scrape</c>, as whole files: which URLs are asked for, how often, and which are not.
/// Those with <c>discovery.http</c> ask a source of the test, at the URL that the page writes.
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
    public async Task DefaultEndpointsOfDynamicTargets_FollowTheSource()
    {
        var target = new Recorder { List = """[{"targets": ["one:6060"]}]""" };
        await using var pipeline = new Pipeline(Dynamic, target.Handler);
        await pipeline.StartAsync();
        await pipeline.UntilPlannedAsync("one:6060");
        SlotWalk walk = await target.AssertEveryIntervalAsync(pipeline, DefaultUrls("one:6060"));

        // The source is asked at once and then every 15 seconds, so at the end of the two intervals for the third time. An entry that is no address costs itself.
        await Pipeline.UntilAsync(() => target.TimesAsked == 3);
        target.List = """[{"targets": ["two:6060", 6060]}]""";
        await target.PassIntervalAsync(walk, pipeline);
        await pipeline.UntilPlannedAsync("two:6060");
        target.Forget();
        await target.AssertEveryIntervalAsync(pipeline, DefaultUrls("two:6060"));

        Assert.Equal("1 target, 1 entry left out", pipeline.Component("discovery.http.dynamic_targets").Component!.HealthMessage);
        Assert.Equal(HealthState.Healthy, pipeline.Component(Recorder.Id).Health.State);
    }

    [Fact]
    public async Task DefaultEndpointsOfStaticAndDynamicTargets_AreScrapedTogether()
    {
        var target = new Recorder { List = """[{"targets": ["found:6060"]}]""" };
        await using var pipeline = new Pipeline(StaticAndDynamic, target.Handler);
        await pipeline.StartAsync();
        await pipeline.UntilPlannedAsync("found:6060");

        await target.AssertEveryIntervalAsync(
            pipeline, [.. DefaultUrls("localhost:4040"), .. DefaultUrls("localhost:12345"), .. DefaultUrls("found:6060")]);
    }

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
        private volatile string _list = "[]";
        private int _answered;
        private int _asked;
        private int _passed;

        public Recorder() => Handler = new ScriptedHttpHandler(Answer);

        public ScriptedHttpHandler Handler { get; }

        /// <summary>What the source of targets answers.</summary>
        public string List
        {
            set => _list = value;
        }

        public int TimesAsked => Volatile.Read(ref _asked);

        public IReadOnlyList<string> Pushed =>
            [.. Handler.Requests.Where(request => request.Method == HttpMethod.Post).Select(request => request.Uri.ToString())];

        /// <summary>Two intervals, in each of which exactly these URLs are asked for, once each.</summary>
        public async Task<SlotWalk> AssertEveryIntervalAsync(Pipeline pipeline, IReadOnlyList<string> urls)
        {
            SlotWalk walk = await SlotWalk.StartAsync(pipeline.PlanOf(Id).Scrapes, pipeline.Time);
            for (int interval = 1; interval <= 2; interval++)
            {
                await PassIntervalAsync(walk, pipeline);
                Assert.Equal(urls.Order(StringComparer.Ordinal), _scraped.Order(StringComparer.Ordinal));
                Forget();
            }

            return walk;
        }

        /// <summary>
        /// Delivers before the clock goes on, because a push has a deadline by that clock too, and waits at the end for the question that the source of
        /// targets, where there is one, gets in each interval: of two that come due together it would get one.
        /// </summary>
        public async Task PassIntervalAsync(SlotWalk walk, Pipeline pipeline)
        {
            await walk.PassAsync(Interval, () => Pipeline.UntilAsync(
                async () => await pipeline.MetricAsync("pyroscope_write_sent_profiles_total") >= Volatile.Read(ref _answered)));
            _passed++;
            await Pipeline.UntilAsync(() => TimesAsked == 0 || TimesAsked > _passed);
        }

        public void Forget() => _scraped.Clear();

        private HttpResponseMessage Answer(SeenRequest request)
        {
            if (request.Uri.Host == "pyroscope")
            {
                HttpResponseMessage taken = ScriptedHttpHandler.Ok([]);
                taken.Content.Headers.ContentType = new MediaTypeHeaderValue("application/proto");
                return taken;
            }

            if (request.Uri.ToString() == "https://example.com/scrape_targets")
            {
                HttpResponseMessage list = ScriptedHttpHandler.Ok(Encoding.UTF8.GetBytes(_list));
                list.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                Interlocked.Increment(ref _asked);
                return list;
            }

            _scraped.Enqueue(request.Uri.ToString());
            Interlocked.Increment(ref _answered);
            return ScriptedHttpHandler.Ok(SampleProfile.CreateGzip(new ManualTimeProvider().GetUtcNow()));
        }
    }
}
