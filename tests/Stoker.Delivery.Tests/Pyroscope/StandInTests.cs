using System.Net;
using System.Text;
using Google.Protobuf;
using Stoker.TestKit.Pyroscope;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.Delivery.Tests.Pyroscope;

/// <summary>The stand-in refuses what the real server refuses; otherwise the tests that use it would prove little.</summary>
public sealed class StandInTests
{
    private static readonly DateTimeOffset Now = TimeProvider.System.GetUtcNow();

    public static TheoryData<string, Action<HttpRequestMessage>, HttpStatusCode> Requests { get; } = new()
    {
        { "as it should be", _ => { }, HttpStatusCode.OK },
        { "GET", request => request.Method = HttpMethod.Get, HttpStatusCode.MethodNotAllowed },
        { "content type", request => request.Content!.Headers.ContentType = new("application/x-protobuf"), HttpStatusCode.UnsupportedMediaType },
        { "no protocol version", request => request.Headers.Remove("Connect-Protocol-Version"), HttpStatusCode.BadRequest },
        { "timeout in words", request => { request.Headers.Remove("Connect-Timeout-Ms"); request.Headers.Add("Connect-Timeout-Ms", "10s"); }, HttpStatusCode.BadRequest },
        { "compression", request => request.Content!.Headers.ContentEncoding.Add("zstd"), HttpStatusCode.NotImplemented },
        { "path", request => request.RequestUri = new Uri(request.RequestUri!, "/push"), HttpStatusCode.NotFound },
    };

    public static TheoryData<string, Action<RawProfileSeries>, string> Series { get; } = new()
    {
        { "no labels", series => series.Labels.Clear(), "at least one label pair" },
        { "no name", series => series.Labels.RemoveAt(0), "__name__" },
        { "twice", series => series.Labels.Add(series.Labels[0].Clone()), "duplicate label name" },
        { "too many", series => series.Labels.AddRange(Enumerable.Range(0, 30).Select(i => new LabelPair { Name = $"l{i}", Value = "v" })), "limit 30" },
        { "long value", series => series.Labels[1].Value = new string('x', 2049), "value too long" },
        { "long name", series => series.Labels[1].Name = new string('x', 1025), "name too long" },
        { "internal", series => series.Labels[1].Name = "__address__", "internal label" },
        { "no profile", series => series.Samples.Clear(), "no profiles" },
        { "garbage", series => Set(series, [0xFF, 0xFF, 0xFF]), "failed to parse profile" },
        { "cut gzip", series => Set(series, SampleProfile.CreateGzip(Now)[..20]), "failed to parse profile" },
        { "empty", series => Set(series, []), "no sample types" },
        { "too old", series => Set(series, SampleProfile.CreatePlain(Now.AddMinutes(-61))), "ingestion window" },
        { "too new", series => Set(series, SampleProfile.CreatePlain(Now.AddMinutes(20))), "ingestion window" },
        { "too many samples", series => Set(series, SampleProfile.CreatePlain(Now, 16_001)), "samples count limit" },
        { "too large", series => Set(series, new byte[5 * 1024 * 1024]), "size limit" },
        { "reference", series => Change(series, profile => profile.Sample[0].LocationId[0] = 99), "not there" },
        { "values", series => Change(series, profile => profile.Sample[0].Value.Add(1)), "number of values" },
        { "string", series => Change(series, profile => profile.Function[0].Name = 99), "string is missing" },
        { "zero id", series => Change(series, profile => profile.Location[0].Id = 0), "an id is 0" },
        { "dash", series => Change(series, profile => profile.StringTable[1] = "a-b"), "has a - in it" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Request_OfAnotherForm_IsRefused(string name, Action<HttpRequestMessage> change, HttpStatusCode expected)
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();

        (HttpStatusCode status, string body) = await PushAsync(server, Good().ToByteArray(), change);

        Assert.True(status == expected, $"{name}: {status} {body}");
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, server.AcceptedCount);
    }

    [Theory]
    [MemberData(nameof(Series))]
    public async Task Series_WithAFault_IsRefused(string name, Action<RawProfileSeries> change, string expected)
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        PushRequest push = Good();
        change(push.Series[0]);

        (HttpStatusCode status, string body) = await PushAsync(server, push.ToByteArray(), _ => { });

        Assert.True(status is HttpStatusCode.BadRequest or HttpStatusCode.InternalServerError, $"{name}: {status}");
        Assert.Contains(expected, body, StringComparison.Ordinal);
        Assert.Equal(0, server.AcceptedCount);
    }

    [Fact]
    public async Task Body_NotAMessage_IsRefused()
    {
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();

        (HttpStatusCode cut, _) = await PushAsync(server, Good().ToByteArray()[..^1], _ => { });
        (HttpStatusCode empty, _) = await PushAsync(server, [], _ => { });
        (HttpStatusCode text, _) = await PushAsync(server, Encoding.UTF8.GetBytes("hello"), _ => { });
        byte[] badText = Good().ToByteArray();
        badText.AsSpan()[badText.AsSpan().IndexOf("checkout"u8)] = 0xFF;
        (HttpStatusCode invalid, _) = await PushAsync(server, badText, _ => { });

        Assert.All([cut, empty, text, invalid], status => Assert.Equal(HttpStatusCode.BadRequest, status));
    }

    private static PushRequest Good() => new()
    {
        Series =
        {
            new RawProfileSeries
            {
                Labels = { new LabelPair { Name = "__name__", Value = "process_cpu" }, new LabelPair { Name = "service_name", Value = "checkout" } },
                Samples = { new RawSample { RawProfile = ByteString.CopyFrom(SampleProfile.CreateGzip(Now)) } },
            },
        },
    };

    private static void Set(RawProfileSeries series, byte[] profile) => series.Samples[0].RawProfile = ByteString.CopyFrom(profile);

    private static void Change(RawProfileSeries series, Action<PprofProfile> change)
    {
        PprofProfile profile = PprofProfile.Parser.ParseFrom(SampleProfile.CreatePlain(Now));
        change(profile);
        Set(series, profile.ToByteArray());
    }

    private static async Task<(HttpStatusCode Status, string Body)> PushAsync(PyroscopeStandIn server, byte[] body, Action<HttpRequestMessage> change)
    {
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, $"{server.Url}/push.v1.PusherService/Push")
        {
            Content = new ByteArrayContent(body) { Headers = { ContentType = new("application/proto") } },
            Headers = { { "Connect-Protocol-Version", "1" }, { "Connect-Timeout-Ms", "10000" } },
        };
        change(request);
        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
        return (response.StatusCode, await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken));
    }
}
