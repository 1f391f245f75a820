using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Stoker.Components;
using Stoker.Discovery.Http;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Http;

/// <summary>Whatever the source does, its targets stay, the fault shows with its reason, and the next good answer ends it.</summary>
public sealed class HttpFaultTests
{
    private const string Good = """[{"targets": ["one:6060"]}]""";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    public static TheoryData<string, string> Faults => new()
    {
        { "404", "the answer has the status 404 and begins \"no such page\"; only 200 with a list of targets is a success: is this the right URL?" },
        { "500", "the answer has the status 500 and begins \"no such page\"; the source itself has failed; its log should say why" },
        { "401", "the answer has the status 401 and begins \"no such page\"; check basic_auth, authorization, bearer_token or oauth2" },
        { "204", "the answer has the status 204; only 200 with a list of targets is a success: is this the right URL?" },
        { "304", "the answer has the status 304; redirects are not followed with follow_redirects = false, or this one leads nowhere" },
        { "loop", "stopped after 10 redirects, the last of which leads to http://inventory/targets" },
        { "html", "the answer has the Content-Type \"text/html; charset=utf-8\" instead of application/json and begins \"<html>\"; is this the right URL?" },
        { "latin", "the answer has the Content-Type \"application/json; charset=latin1\" instead of application/json and begins \"[]\"; is this the right URL?" },
        { "untyped", "the answer has no Content-Type instead of application/json and begins \"[]\"; is this the right URL?" },
        { "gzip", "the answer has the Content-Encoding \"gzip\", although none was asked for" },
        { "object", "the answer cannot be read: it is an object instead of a list of groups, [{\"targets\": [...], \"labels\": {...}}]" },
        { "empty", "the answer cannot be read: it is empty; without targets it should be []" },
        { "half", "the answer cannot be read: it is no valid JSON at line 1, byte " },
        { "large", "the answer has more than 64 MiB, which is the limit" },
        { "endless", "the answer has more than 64 MiB, which is the limit" },
        { "refused", "connection refused" },
    };

    [Theory]
    [MemberData(nameof(Faults))]
    public async Task Fault_OfTheSource_KeepsTheTargetsAndIsSaid(string fault, string reason)
    {
        Func<HttpResponseMessage> answer = () => HttpDiscoveryTests.Json(Good);
        var source = new ScriptedHttpHandler(_ => answer());
        await using RunningDiscovery discovery = RunningDiscovery.Start(HttpSource.Definition, "url = \"http://inventory/targets\"\nrefresh_interval = \"15s\"", source);
        Assert.Single(await discovery.NextAsync());

        answer = () => AnswerOf(fault);
        await RefreshAsync(discovery);
        await discovery.UntilAsync(() => discovery.Failures.Count == 1);

        Assert.StartsWith($"http://inventory/targets: {reason}", discovery.Failures[0], StringComparison.Ordinal);
        Assert.StartsWith("1 target; failing: ", discovery.Health, StringComparison.Ordinal);
        await discovery.UntilAsync(() => discovery.Log.Of(8000).Count == 1);
        await RunningDiscovery.Bounded(discovery.Time.WaitForTimersAsync(1));
        Assert.Equal(1, await discovery.MetricAsync("prometheus_sd_http_failures_total"));

        answer = () => HttpDiscoveryTests.Json(Good);
        await RefreshAsync(discovery);
        await discovery.UntilAsync(() => discovery.Failures.Count == 0);
        Assert.Equal("1 target", discovery.Health);
        Assert.Single(discovery.Published);
    }

    [Theory]
    [InlineData("15s", 15)]
    [InlineData("10m", 120)]
    public async Task Source_ThatHangs_FailsAtTheDeadlineAndKeepsTheTargets(string interval, int deadlineSeconds)
    {
        bool hangs = false;
        var source = new ScriptedHttpHandler(async (_, stop) =>
        {
            if (Volatile.Read(ref hangs))
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop);
            }

            return HttpDiscoveryTests.Json(Good);
        });
        await using RunningDiscovery discovery = RunningDiscovery.Start(HttpSource.Definition, $"url = \"http://inventory/\"\nrefresh_interval = \"{interval}\"", source);
        await discovery.NextAsync();
        await discovery.FirstRoundAsync();

        Volatile.Write(ref hangs, true);
        TimeSpan refresh = TimeSpan.FromSeconds(interval == "15s" ? 15 : 600);
        discovery.Time.Advance(refresh);
        await RunningDiscovery.Bounded(source.WaitForRequestsAsync(2));
        TimeSpan deadline = TimeSpan.FromSeconds(deadlineSeconds);
        discovery.Time.Advance(deadline - TimeSpan.FromMilliseconds(1));
        Assert.Empty(discovery.Failures);
        discovery.Time.Advance(TimeSpan.FromMilliseconds(1));
        await discovery.UntilAsync(() => discovery.Failures.Count == 1);

        Assert.Contains($"no whole answer came within {(deadlineSeconds == 15 ? "15s" : "2m0s")}; the source hangs", discovery.Failures[0], StringComparison.Ordinal);
        Assert.StartsWith("1 target;", discovery.Health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connection_CutInTheBody_KeepsTheTargets()
    {
        int requests = 0;
        await using RawTarget source = RawTarget.Start(async (stream, stop) =>
        {
            bool isWhole = Interlocked.Increment(ref requests) == 1;
            await RawTarget.WriteHeadAsync(stream, 200, "application/json", isWhole ? Good.Length : Good.Length + 1, stop);
            await stream.WriteAsync(Encoding.UTF8.GetBytes(Good), stop);
        });
        await using RunningDiscovery discovery = RunningDiscovery.Start(HttpSource.Definition, $"url = \"http://{source.Address}/\"\nrefresh_interval = \"15s\"");
        await discovery.NextAsync();

        // What came is a list of its own; only that more was promised tells that it is not whole.
        await RefreshAsync(discovery);
        await discovery.UntilAsync(() => discovery.Failures.Count == 1);

        Assert.EndsWith("the connection was closed before the whole answer had come", discovery.Failures[0], StringComparison.Ordinal);
        Assert.StartsWith("1 target;", discovery.Health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Source_ThatIsDownAtTheStart_IsAskedAgainAtTheInterval()
    {
        int port = FreePorts.Take(1)[0];
        await using RunningDiscovery discovery = RunningDiscovery.Start(HttpSource.Definition, $"url = \"http://127.0.0.1:{port}/\"\nrefresh_interval = \"15s\"");
        await discovery.FirstRoundAsync();
        Assert.Equal([$"http://127.0.0.1:{port}/: connection refused"], discovery.Failures);
        Assert.Equal($"0 targets; failing: http://127.0.0.1:{port}/: connection refused", discovery.Health);

        await RefreshAsync(discovery);
        await discovery.UntilAsync(() => discovery.Log.Of(8000).Count == 1);

        Assert.Empty(discovery.Published);
    }

    [Fact]
    public async Task EmptyList_IsAnAnswerThatClears()
    {
        string list = Good;
        var source = new ScriptedHttpHandler(_ => HttpDiscoveryTests.Json(list));
        await using RunningDiscovery discovery = RunningDiscovery.Start(HttpSource.Definition, "url = \"http://inventory/\"\nrefresh_interval = \"15s\"", source);
        Assert.Single(await discovery.NextAsync());

        list = "[]";
        await RefreshAsync(discovery);

        Assert.Empty(await discovery.NextAsync());
        Assert.Equal("0 targets", discovery.Health);
    }

    [Fact]
    public async Task FiftyThousandTargets_ArriveWholeAndOnceWhileNothingChanges()
    {
        byte[] list = Encoding.UTF8.GetBytes("[" + string.Join(',', Enumerable.Range(0, 50_000).Select(i =>
            $$"""{"targets": ["10.{{i / 62500}}.{{i / 250 % 250}}.{{i % 250}}:6060"], "labels": {"service_name": "service-{{i % 100}}", "pod": "pod-{{i}}"} }""")) + ", 5]");
        var source = new ScriptedHttpHandler(_ => HttpDiscoveryTests.Json(list));
        await using RunningDiscovery discovery = RunningDiscovery.Start(HttpSource.Definition, "url = \"http://inventory/\"\nrefresh_interval = \"15s\"", source);

        IReadOnlyList<Target> targets = await discovery.NextAsync();
        await RefreshAsync(discovery);
        await RunningDiscovery.Bounded(source.WaitForRequestsAsync(2));
        await discovery.UntilAsync(() => discovery.Source("http://inventory/")["last_answer"].EndsWith(":15.000Z", StringComparison.Ordinal));

        Assert.Equal(50_000, targets.Select(target => target.Labels["__address__"]).Distinct().Count());
        Assert.Equal(100, targets.Select(target => target.Labels["service_name"]).Distinct().Count());
        Assert.Equal("50000 targets, 1 entry left out", discovery.Health);
        Assert.Equal("group 50001: it is a number instead of an object", Assert.Single(discovery.Skipped()));
        Assert.Single(discovery.Published);
    }

    [Fact]
    public async Task Url_ChangedByAReload_LeadsFromTheOldTargetsToTheNewWithoutAGap()
    {
        int failing = 1;
        var source = new ScriptedHttpHandler(request => request.Uri.Host switch
        {
            "old" => HttpDiscoveryTests.Json(Good),
            _ when Interlocked.CompareExchange(ref failing, 0, 1) == 1 => throw new HttpRequestException(HttpRequestError.NameResolutionError),
            _ => HttpDiscoveryTests.Json("""[{"targets": ["two:6060"]}]"""),
        });
        await using RunningDiscovery discovery = RunningDiscovery.Start(HttpSource.Definition, "url = \"http://old/\"\nrefresh_interval = \"15s\"", source);
        await discovery.NextAsync();

        discovery.Apply("url = \"http://new/\"\nrefresh_interval = \"20s\"");
        await discovery.UntilAsync(() => discovery.Failures.Count == 1);
        Assert.Equal("1 target, kept from before the arguments changed; failing: http://new/: the host name does not resolve", discovery.Health.Replace("1 of 2 sources fail, the first of them ", "failing: "));
        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(TimeSpan.FromSeconds(20)));
        discovery.Time.Advance(TimeSpan.FromSeconds(20));

        Assert.Equal("two:6060", Assert.Single(await discovery.NextAsync()).Labels["__address__"]);
        Assert.Equal([1, 1], discovery.Published.Select(targets => targets.Count));
    }

    [Fact]
    public async Task Answer_WithATag_IsAskedForByItAndKeptWhenItHasNotChanged()
    {
        const string Tag = "\"v1\"";
        var source = new ScriptedHttpHandler(request =>
        {
            if (request.Headers.GetValueOrDefault("If-None-Match") == Tag)
            {
                return ScriptedHttpHandler.Answer(HttpStatusCode.NotModified, []);
            }

            HttpResponseMessage whole = HttpDiscoveryTests.Json("""[{"targets": ["one:6060", 5]}]""");
            whole.Headers.ETag = EntityTagHeaderValue.Parse(Tag);
            return whole;
        });
        await using RunningDiscovery discovery = RunningDiscovery.Start(HttpSource.Definition, "url = \"http://inventory/\"\nrefresh_interval = \"15s\"", source);
        await discovery.NextAsync();

        await RefreshAsync(discovery);
        await discovery.UntilAsync(() => discovery.Source("http://inventory/")["last_answer"].EndsWith(":15.000Z", StringComparison.Ordinal));

        Assert.Equal(["", Tag], source.Requests.Select(request => request.Headers.GetValueOrDefault("If-None-Match", "")));
        Assert.Equal("1 target, 1 entry left out", discovery.Health);
        Assert.Single(discovery.Published);
    }

    [Fact]
    public async Task Secrets_OfTheUrl_AreUsedAndShowNowhere()
    {
        bool fails = false;
        var source = new ScriptedHttpHandler(_ => fails ? ScriptedHttpHandler.Answer(HttpStatusCode.Forbidden, []) : HttpDiscoveryTests.Json(Good));
        await using RunningDiscovery discovery = RunningDiscovery.Start(
            HttpSource.Definition, "url = \"http://me:pass-w0rd@inventory/targets?token=t0ken\"\nrefresh_interval = \"15s\"", source);

        Assert.Equal("http://me@inventory/targets?token=t0ken", Assert.Single(await discovery.NextAsync()).Labels["__meta_url"]);
        fails = true;
        await RefreshAsync(discovery);
        await discovery.UntilAsync(() => discovery.Log.Of(8000).Count == 1);

        Assert.Equal("t0ken", source.Requests[1].Uri.Query.Split('=')[1]);
        string shown = string.Join('\n', [discovery.Health, .. discovery.Failures, .. discovery.Log.Take().Select(line => line.ToString()), await discovery.MetricsTextAsync()])
            + discovery.Source("targets?...")["last_error"];
        Assert.Contains("http://inventory/targets?...", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("pass-w0rd", shown, StringComparison.Ordinal);
        Assert.DoesNotContain("t0ken", shown, StringComparison.Ordinal);
    }

    /// <summary>Moves the clock to the next refresh, once the component sleeps until then.</summary>
    private static async Task RefreshAsync(RunningDiscovery discovery)
    {
        await discovery.FirstRoundAsync();
        await RunningDiscovery.Bounded(discovery.Time.WaitForTimerDueInAsync(Interval));
        discovery.Time.Advance(Interval);
    }

    private static HttpResponseMessage AnswerOf(string fault)
    {
        if (int.TryParse(fault, out int status))
        {
            return ScriptedHttpHandler.Answer((HttpStatusCode)status, status is 204 or 304 ? [] : "no such page"u8.ToArray());
        }

        switch (fault)
        {
            case "loop":
                HttpResponseMessage redirect = ScriptedHttpHandler.Answer(HttpStatusCode.Found, []);
                redirect.Headers.Location = new Uri("/targets", UriKind.Relative);
                return redirect;
            case "gzip":
                HttpResponseMessage encoded = HttpDiscoveryTests.Json("[]");
                encoded.Content.Headers.ContentEncoding.Add("gzip");
                return encoded;
            case "large":
                HttpResponseMessage large = HttpDiscoveryTests.Json("[]");
                large.Content.Headers.ContentLength = (64 << 20) + 1;
                return large;
            case "endless":
                HttpResponseMessage endless = HttpDiscoveryTests.Json("");
                endless.Content = new StreamContent(new EndlessStream());
                endless.Content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
                return endless;
            default:
                return fault switch
                {
                    "html" => HttpDiscoveryTests.Json("<html>", "text/html; charset=utf-8"),
                    "latin" => HttpDiscoveryTests.Json("[]", "application/json; charset=latin1"),
                    "untyped" => ScriptedHttpHandler.Ok("[]"u8.ToArray()),
                    "object" => HttpDiscoveryTests.Json("{\"targets\": []}"),
                    "empty" => HttpDiscoveryTests.Json(""),
                    "half" => HttpDiscoveryTests.Json("[{\"targets\": [\"one:6"),
                    _ => throw new HttpRequestException(
                        HttpRequestError.ConnectionError, "x", new System.Net.Sockets.SocketException((int)System.Net.Sockets.SocketError.ConnectionRefused)),
                };
        }
    }
}
