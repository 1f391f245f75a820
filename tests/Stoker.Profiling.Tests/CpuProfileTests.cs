using System.Net;
using Stoker.Pprof;
using Stoker.Profiling.Perf;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.Profiling.Tests;

public sealed class CpuProfileTests
{
    private const string Path = "/debug/pprof/profile";
    private const string BusyText = "Could not enable CPU profiling: cpu profiling already in use\n";

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("eventpipe")]
    [InlineData("perf")]
    public async Task Profile_OfABusyProcess_NamesTheMethodAndCountsItsTime(string engine)
    {
        SkipWherePerfIsRefused(engine);
        await using ProfiledApp app = await ProfiledApp.StartAsync();

        using HttpResponseMessage response = await app.Client.GetAsync($"{Path}?seconds=1&hz=999&engine={engine}", Cancelled).WaitAsync(Patience, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/octet-stream", response.Content.Headers.ContentType?.ToString());
        Assert.Equal("attachment; filename=\"profile\"", response.Content.Headers.ContentDisposition?.ToString());
        Assert.Equal("nosniff", Assert.Single(response.Headers.GetValues("X-Content-Type-Options")));
        Assert.Equal(engine, Assert.Single(response.Headers.GetValues("X-Pprof-Engine")));

        ReceivedProfile profile = ReceivedProfile.Parse(await response.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal([new SampleType("samples", "count"), new SampleType("cpu", "nanoseconds")], profile.Summary.SampleTypes);
        Assert.Equal(new SampleType("cpu", "nanoseconds"), profile.Summary.PeriodType);
        Assert.Equal(1_000_000_000 / 999, profile.Summary.Period);
        Assert.True(profile.Summary.DurationNanos >= 1_000_000_000);
        Assert.NotEqual(0, profile.Summary.TimeNanos);
        Assert.StartsWith($"engine: {engine}", profile.Comments.First());
        Assert.True(profile.NanosOf(ProfiledApp.BusyMethod) > 0, "The busy method is not in the profile.");
        Assert.True(profile.TotalNanos >= profile.NanosOf(ProfiledApp.BusyMethod));
        Assert.True(profile.TotalNanos <= profile.Summary.DurationNanos * (Environment.ProcessorCount + 1L), "More time than the processors have.");
    }

    [Fact]
    public async Task Profile_WithEngineAuto_UsesPerfWhereItWorks()
    {
        await using ProfiledApp app = await ProfiledApp.StartAsync();

        using HttpResponseMessage response = await app.Client.GetAsync($"{Path}?seconds=1", Cancelled).WaitAsync(Patience, Cancelled);

        string? refusal = PerfSupport.Probe().Refusal;
        Assert.Equal(refusal is null ? "perf" : "eventpipe", Assert.Single(response.Headers.GetValues("X-Pprof-Engine")));
        ReceivedProfile profile = ReceivedProfile.Parse(await response.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal(refusal is not null, profile.Comments.Any(comment => comment.StartsWith("perf engine not used: ", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("eventpipe")]
    [InlineData("perf")]
    public async Task Profile_ReadByGo_ShowsTheBusyMethod(string engine)
    {
        SkipWherePerfIsRefused(engine);
        GoPprof pprof = GoPprof.FindOrSkip();
        await using ProfiledApp app = await ProfiledApp.StartAsync();

        string top = await pprof.TopAsync(
            $"{app.Client.BaseAddress}debug/pprof/profile?seconds=1&hz=999&engine={engine}",
            TestContext.Current.CancellationToken,
            "-nodecount=500",
            "-nodefraction=0");

        Assert.Contains("Type: cpu", top, StringComparison.Ordinal);
        Assert.Contains(ProfiledApp.BusyMethod, top, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("eventpipe")]
    [InlineData("auto")]
    public async Task Profile_WhileAnotherRuns_IsRefusedAsGoDoes(string engine)
    {
        var time = new ManualTimeProvider();
        await using ProfiledApp app = await ProfiledApp.StartAsync(time);
        string url = $"{Path}?seconds=300&engine={engine}";
        List<Task<HttpResponseMessage>> both = [app.Client.GetAsync(url, Cancelled), app.Client.GetAsync(url, Cancelled)];

        Task<HttpResponseMessage> refused = await Task.WhenAny(both).WaitAsync(Patience, Cancelled);
        both.Remove(refused);
        time.Advance(TimeSpan.FromSeconds(300));
        using HttpResponseMessage recorded = await both[0].WaitAsync(Patience, Cancelled);

        using HttpResponseMessage refusal = await refused;
        Assert.Equal(HttpStatusCode.InternalServerError, refusal.StatusCode);
        Assert.Equal(BusyText, await refusal.Content.ReadAsStringAsync(Cancelled));
        Assert.Equal(HttpStatusCode.OK, recorded.StatusCode);
        ReceivedProfile profile = ReceivedProfile.Parse(await recorded.Content.ReadAsByteArrayAsync(Cancelled));
        Assert.Equal((long)TimeSpan.FromSeconds(300).TotalNanoseconds, profile.Summary.DurationNanos);
    }

    [Theory]
    [InlineData("eventpipe")]
    [InlineData("auto")]
    public async Task Profile_OfACallerThatLeaves_EndsAndFreesTheProfiler(string engine)
    {
        await using ProfiledApp app = await ProfiledApp.StartAsync();
        string url = $"{Path}?seconds=300&engine={engine}";
        using var leaving = new CancellationTokenSource();
        List<Task<HttpResponseMessage>> both = [app.Client.GetAsync(url, leaving.Token), app.Client.GetAsync(url, leaving.Token)];
        Task<HttpResponseMessage> refused = await Task.WhenAny(both).WaitAsync(Patience, Cancelled);
        both.Remove(refused);
        (await refused).Dispose();

        await leaving.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => both[0]);

        // The server learns of it a moment later than the caller.
        HttpStatusCode status = await StatusOfNextProfileAsync(app).WaitAsync(Patience, Cancelled);
        Assert.Equal(HttpStatusCode.OK, status);
    }

    [Fact]
    public async Task Profile_WhenTheHostStops_DoesNotHoldItUp()
    {
        await using ProfiledApp app = await ProfiledApp.StartAsync();
        List<Task<HttpResponseMessage>> both =
            [app.Client.GetAsync($"{Path}?seconds=300", Cancelled), app.Client.GetAsync($"{Path}?seconds=300", Cancelled)];
        Task<HttpResponseMessage> refused = await Task.WhenAny(both).WaitAsync(Patience, Cancelled);
        both.Remove(refused);
        (await refused).Dispose();

        Task stopped = app.StopAsync();

        using HttpResponseMessage response = await both[0].WaitAsync(Patience, Cancelled);
        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        await stopped.WaitAsync(Patience, Cancelled);
    }

    [Theory]
    [InlineData("seconds=0", "The parameter seconds is \"0\"; it must be a whole number from 1 to 300.")]
    [InlineData("seconds=301", "The parameter seconds is \"301\"; it must be a whole number from 1 to 300.")]
    [InlineData("seconds=-5", "The parameter seconds is \"-5\"; it must be a whole number from 1 to 300.")]
    [InlineData("seconds=1.5", "The parameter seconds is \"1.5\"; it must be a whole number from 1 to 300.")]
    [InlineData("seconds=99999999999999999999", "The parameter seconds is \"99999999999999999999\"; it must be a whole number from 1 to 300.")]
    [InlineData("seconds=1&seconds=2", "The parameter seconds is given 2 times; give it once.")]
    [InlineData("hz=1000", "The parameter hz is \"1000\"; it must be a whole number from 1 to 999.")]
    [InlineData("hz=x%0Ay", "The parameter hz is \"x y\"; it must be a whole number from 1 to 999.")]
    [InlineData("engine=Perf", "The parameter engine is \"Perf\"; it must be auto, perf or eventpipe.")]
    public async Task Profile_WithABadParameter_SaysWhatIsWrong(string query, string text)
    {
        await using ProfiledApp app = await ProfiledApp.StartAsync();

        using HttpResponseMessage response = await app.Client.GetAsync($"{Path}?{query}", Cancelled).WaitAsync(Patience, Cancelled);

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        Assert.Equal(text + "\n", await response.Content.ReadAsStringAsync(Cancelled));
    }

    private static async Task<HttpStatusCode> StatusOfNextProfileAsync(ProfiledApp app)
    {
        while (true)
        {
            using HttpResponseMessage response = await app.Client.GetAsync($"{Path}?seconds=1", Cancelled);
            if (response.StatusCode != HttpStatusCode.InternalServerError || await response.Content.ReadAsStringAsync(Cancelled) != BusyText)
            {
                return response.StatusCode;
            }
        }
    }

    private static void SkipWherePerfIsRefused(string engine)
    {
        string? refusal = engine == "perf" ? PerfSupport.Probe().Refusal : null;
        Assert.SkipWhen(refusal is not null, refusal ?? "");
    }
}
