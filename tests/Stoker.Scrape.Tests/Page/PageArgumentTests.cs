using Stoker.Components;
using Stoker.Scrape.Tests.Arguments;
using Stoker.Scrape.Tests.Running;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Page;

/// <summary>What each argument of the reference page does, from the text of a configuration to the requests and the labels.</summary>
public sealed class PageArgumentTests
{
    [Fact]
    public void Targets_EachOfTheList_IsScraped() => Assert.Equal(
        ["http://a:1/debug/pprof/goroutine", "http://b:2/debug/pprof/goroutine"],
        PageText.Urls("targets = [{\"__address__\" = \"a:1\"}, {\"__address__\" = \"b:2\"}]\n" + PageText.OnlyGoroutine));

    [Fact]
    public async Task ForwardTo_EveryReceiverOfTheList_GetsEveryProfile()
    {
        var time = new ManualTimeProvider();
        var second = new RecordingReceiver();
        await using RunningScrape scrape = PageText.Run(PageText.OnlyGoroutine, PageText.Answering(time), time);
        scrape.Apply(PageText.Read(PageText.OnlyGoroutine) with
        {
            ForwardTo = [new ProfileReceiverValue("first", scrape.Receiver), new ProfileReceiverValue("second", second)],
        });

        await scrape.FirstTickAsync();

        Assert.Equal("goroutine", Assert.Single(scrape.Receiver.Profiles).Labels["__name__"]);
        Assert.Same(scrape.Receiver.Profiles[0], Assert.Single(second.Profiles));
        Assert.Equal(["pyroscope.write.local"], PageText.Read(PageText.OnlyGoroutine).ForwardTo.Select(receiver => receiver.ComponentId));
    }

    [Theory]
    [InlineData("", PageText.Id)]
    [InlineData("job_name = \"mine\"", "mine")]
    public async Task JobName_OrTheComponentsName_IsTheJobOfWhatIsDelivered(string text, string job)
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run($"{text}\n{PageText.OnlyGoroutine}", PageText.Answering(time), time);

        await scrape.FirstTickAsync();

        Assert.Equal(job, scrape.Receiver.Profiles[0].Labels["job"]);
    }

    [Fact]
    public async Task Params_AreTheQueryOfEveryRequest()
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run(
            $"params = {{ \"gc\" = [\"1\"], \"tag\" = [\"a b\", \"c\"] }}\n{PageText.OnlyGoroutine}", PageText.Answering(time), time);

        await scrape.FirstTickAsync();

        Assert.Equal("/debug/pprof/goroutine?gc=1&tag=a+b&tag=c", scrape.Handler.Requests[0].Uri.PathAndQuery);
    }

    [Theory]
    [InlineData("", 15)]
    [InlineData("scrape_interval = \"40s\"", 40)]
    public async Task ScrapeInterval_IsTheTimeBetweenTwoScrapes(string text, int seconds)
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run($"{text}\n{PageText.OnlyGoroutine}", PageText.Answering(time), time);

        await scrape.FirstTickAsync();
        await scrape.TickAsync();
        await scrape.TickAsync();

        DateTimeOffset[] at = [.. scrape.Receiver.Profiles.Select(profile => profile.ScrapedAt)];
        Assert.Equal([TimeSpan.FromSeconds(seconds), TimeSpan.FromSeconds(seconds)], [at[1] - at[0], at[2] - at[1]]);
    }

    [Theory]
    [InlineData("", 18, 30)]
    [InlineData("scrape_timeout = \"25s\"", 25, 30)]
    [InlineData("scrape_interval = \"60s\"", 63, 120)]
    public async Task ScrapeTimeout_EndsARequestThatHasNoAnswer(string text, int seconds, int nextSlot)
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run($"{text}\n{PageText.OnlyGoroutine}", Hanging(), time);
        await scrape.ReachFirstSlotAsync();
        await RunningScrape.WithinBound(scrape.Handler.WaitForRequestsAsync(1));

        // A timer that is due in exactly the deadline: the request may take that long and no longer.
        await scrape.AsleepForAsync(TimeSpan.FromSeconds(seconds));
        time.Advance(TimeSpan.FromSeconds(seconds));
        await scrape.AsleepForAsync(TimeSpan.FromSeconds(nextSlot - seconds));

        Assert.Equal("timeout", scrape.Shown()["last_error_reason"]);
    }

    [Theory]
    [InlineData("", "/debug/pprof/profile?seconds=14")]
    [InlineData("scrape_interval = \"60s\"", "/debug/pprof/profile?seconds=59")]
    [InlineData("scrape_interval = \"15s\"", "/debug/pprof/profile?seconds=14")]
    [InlineData("delta_profiling_duration = \"5s\"", "/debug/pprof/profile?seconds=5")]
    [InlineData("scrape_interval = \"60s\"\ndelta_profiling_duration = \"14s\"", "/debug/pprof/profile?seconds=14")]
    [InlineData("scrape_interval = \"17s\"\ndelta_profiling_duration = \"16s\"", "/debug/pprof/profile?seconds=16")]
    [InlineData("delta_profiling_duration = \"2900ms\"", "/debug/pprof/profile?seconds=2")]
    public async Task DeltaProfilingDuration_OrTheIntervalLessASecond_IsWhatADeltaAsksFor(string text, string expected)
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run($"{text}\n{PageText.OnlyCpu}", PageText.Answering(time), time);

        await scrape.FirstTickAsync();

        Assert.Equal(expected, scrape.Handler.Requests[0].Uri.PathAndQuery);
    }

    [Theory]
    [InlineData("delta_profiling_duration = \"1001ms\"\nscrape_interval = \"3s\"", true)]
    [InlineData("delta_profiling_duration = \"1s\"", false)]
    [InlineData("delta_profiling_duration = \"14s\"", true)]
    [InlineData("delta_profiling_duration = \"14001ms\"", false)]
    [InlineData("scrape_interval = \"16s\"\ndelta_profiling_duration = \"16s\"", false)]
    [InlineData("scrape_interval = \"17s\"\ndelta_profiling_duration = \"16s\"", true)]
    [InlineData("scrape_interval = \"2s\"", true)]
    [InlineData("scrape_interval = \"1999ms\"", false)]
    public void DeltaProfilingDuration_IsOverASecondAndWithinTheInterval(string text, bool loads)
    {
        ConfigurationText read = ConfigurationText.Read("targets = []\nforward_to = []\n" + text);

        Assert.Equal(loads, read.Arguments is not null);
        Assert.Equal(loads ? 0 : 1, read.Errors.Count);
    }

    [Theory]
    [InlineData("", "http://h:1/debug/pprof/goroutine")]
    [InlineData("scheme = \"http\"", "http://h:1/debug/pprof/goroutine")]
    [InlineData("scheme = \"https\"", "https://h:1/debug/pprof/goroutine")]
    public async Task Scheme_IsThatOfTheRequests(string text, string url)
    {
        var time = new ManualTimeProvider();
        await using RunningScrape scrape = PageText.Run($"{text}\n{PageText.OnlyGoroutine}", PageText.Answering(time), time);

        await scrape.FirstTickAsync();

        Assert.Equal(url, scrape.Handler.Requests[0].Uri.ToString());
    }

    /// <summary>Each kind of credential in a configuration comes to the target; how it is made is held by the tests of the HTTP client.</summary>
    [Theory]
    [InlineData("", null)]
    [InlineData("bearer_token = \"abc\"", "Bearer abc")]
    [InlineData("bearer_token_file = \"FILE\"", "Bearer from-file")]
    [InlineData("authorization {\ncredentials = \"abc\"\n}", "Bearer abc")]
    [InlineData("authorization {\ntype = \"Token\"\ncredentials_file = \"FILE\"\n}", "Token from-file")]
    [InlineData("basic_auth {\nusername = \"ada\"\npassword = \"pw\"\n}", "Basic YWRhOnB3")]
    [InlineData("basic_auth {\nusername = \"ada\"\npassword_file = \"FILE\"\n}", "Basic YWRhOmZyb20tZmlsZQ==")]
    public async Task Credentials_OfTheConfiguration_GoWithTheScrape(string text, string? expected)
    {
        string file = Path.GetTempFileName();
        try
        {
            await File.WriteAllTextAsync(file, "from-file\n", TestContext.Current.CancellationToken);
            var time = new ManualTimeProvider();
            await using RunningScrape scrape = PageText.Run(
                $"{text.Replace("FILE", file, StringComparison.Ordinal)}\n{PageText.OnlyGoroutine}", PageText.Answering(time), time);

            await scrape.FirstTickAsync();

            Assert.Equal("up", scrape.Shown()["health"]);
            Assert.Equal(expected, scrape.Handler.Requests[0].Headers.GetValueOrDefault("Authorization"));
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Theory]
    [InlineData("", 2, "up")]
    [InlineData("follow_redirects = true", 2, "up")]
    [InlineData("follow_redirects = false", 1, "down")]
    public async Task FollowRedirects_DecidesWhetherTheNewPlaceIsAsked(string text, int requests, string health)
    {
        var time = new ManualTimeProvider();
        var handler = new ScriptedHttpHandler(request =>
        {
            if (request.Uri.AbsolutePath == "/moved")
            {
                return ScriptedHttpHandler.Ok(TestProfiles.Cpu(time.GetUtcNow(), ("f", 7)));
            }

            HttpResponseMessage redirect = ScriptedHttpHandler.Answer(System.Net.HttpStatusCode.Found, []);
            redirect.Headers.Location = new Uri("/moved", UriKind.Relative);
            return redirect;
        });
        await using RunningScrape scrape = PageText.Run($"{text}\n{PageText.OnlyGoroutine}", handler, time);

        await scrape.FirstTickAsync();

        Assert.Equal(requests, handler.Requests.Count);
        Assert.Equal(health, scrape.Shown()["health"]);
    }

    private static ScriptedHttpHandler Hanging() => new(async (_, cancellationToken) =>
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
        throw new InvalidOperationException("unreachable");
    });
}
