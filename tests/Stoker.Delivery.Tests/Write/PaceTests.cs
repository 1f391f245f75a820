using System.Net.Http.Headers;
using Stoker.Delivery.Write;
using Stoker.TestKit;

namespace Stoker.Delivery.Tests.Write;

/// <summary>How long an endpoint is left alone after which answer.</summary>
public sealed class PaceTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly PushAnswer Unavailable = new(PushOutcome.Unavailable, "HTTP 503");

    [Fact]
    public void OnFailure_InARow_GrowsFromTheShortestToTheLongestWait()
    {
        (EndpointPace pace, ManualTimeProvider time) = Create();

        var waits = new List<TimeSpan>();
        for (int i = 0; i < 12; i++)
        {
            waits.Add(WaitAfter(pace, time, Unavailable));
            time.Advance(TimeSpan.FromMinutes(6));
        }

        for (int i = 0; i < waits.Count; i++)
        {
            double upper = Math.Min(300, 0.5 * Math.Pow(2, i + 1));
            Assert.InRange(waits[i].TotalSeconds, 0.5, upper);
        }

        Assert.True(pace.IsFailing);
        Assert.Equal(1, pace.MaxInFlight);
    }

    [Fact]
    public void OnFailure_OfPushesThatWereUnderWayTogether_CountsOnce()
    {
        (EndpointPace pace, ManualTimeProvider time) = Create();

        int generation = pace.Generation;
        for (int i = 0; i < 64; i++)
        {
            pace.OnFailure(generation, Unavailable);
        }

        Assert.InRange(time.GetElapsedTime(time.GetTimestamp(), pace.OpensAt).TotalSeconds, 0.5, 1.0);
    }

    [Fact]
    public void OnDelivered_AfterAnOutage_OpensStepByStep()
    {
        (EndpointPace pace, _) = Create();
        pace.OnFailure(pace.Generation, Unavailable);

        pace.OnDelivered(pace.Generation);
        int afterOne = pace.MaxInFlight;
        for (int i = 0; i < 10; i++)
        {
            pace.OnDelivered(pace.Generation);
        }

        Assert.False(pace.IsFailing);
        Assert.Equal(2, afterOne);
        Assert.Equal(64, pace.MaxInFlight);
    }

    [Fact]
    public void OnDelivered_OfAPushFromBeforeTheFailure_DoesNotEndTheWait()
    {
        (EndpointPace pace, ManualTimeProvider time) = Create();
        int before = pace.Generation;
        pace.OnFailure(before, new PushAnswer(PushOutcome.RateLimited, "HTTP 429", TimeSpan.FromSeconds(7)));

        pace.OnDelivered(before);

        Assert.True(pace.IsFailing);
        Assert.InRange(time.GetElapsedTime(time.GetTimestamp(), pace.OpensAt).TotalSeconds, 7, 7.4);
    }

    [Theory]
    [InlineData(nameof(PushOutcome.Unauthorized))]
    [InlineData(nameof(PushOutcome.Misconfigured))]
    public void OnFailure_OfTheConfiguration_WaitsHalfAMinuteToAMinuteEachTime(string outcome)
    {
        (EndpointPace pace, ManualTimeProvider time) = Create();
        var answer = new PushAnswer(Enum.Parse<PushOutcome>(outcome), "HTTP");

        for (int i = 0; i < 8; i++)
        {
            Assert.InRange(WaitAfter(pace, time, answer).TotalSeconds, 30, 60);
            time.Advance(TimeSpan.FromMinutes(2));
        }
    }

    [Fact]
    public void Configure_WhileFailing_OpensAtOnce()
    {
        (EndpointPace pace, ManualTimeProvider time) = Create();
        pace.OnFailure(pace.Generation, new PushAnswer(PushOutcome.Unauthorized, "HTTP 401"));

        pace.Configure(new EndpointArguments());

        Assert.True(pace.OpensAt <= time.GetTimestamp());
    }

    [Theory]
    [InlineData("7", 7)]
    [InlineData(" 7 ", 7)]
    [InlineData("0", null)]
    [InlineData("1000000000", 300)]
    [InlineData("99999999999999999999999999", 300)]
    [InlineData("Fri, 02 Jan 2026 03:04:25 GMT", 20)]
    [InlineData("Fri, 02 Jan 2026 03:04:00 GMT", null)]
    [InlineData("Sat, 02 Jan 2027 03:04:00 GMT", 300)]
    [InlineData("soon", null)]
    [InlineData("-5", null)]
    [InlineData("7.5", null)]
    [InlineData("", null)]
    public void RetryAfter_OfAnyForm_IsHonouredUpToFiveMinutes(string header, int? seconds)
    {
        using var response = new HttpResponseMessage();
        HttpResponseHeaders headers = response.Headers;
        headers.TryAddWithoutValidation("Retry-After", header);

        Assert.Equal(seconds is { } expected ? TimeSpan.FromSeconds(expected) : null, RetryAfter.Read(headers, Now));
    }

    private static (EndpointPace Pace, ManualTimeProvider Time) Create()
    {
        var time = new ManualTimeProvider(Now);
        var pace = new EndpointPace(time);
        pace.Configure(new EndpointArguments());
        return (pace, time);
    }

    private static TimeSpan WaitAfter(EndpointPace pace, ManualTimeProvider time, PushAnswer answer)
    {
        pace.OnFailure(pace.Generation, answer);
        return time.GetElapsedTime(time.GetTimestamp(), pace.OpensAt);
    }
}
