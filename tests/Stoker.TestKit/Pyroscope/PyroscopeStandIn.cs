using System.IO.Compression;
using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.TestKit.Pyroscope;

/// <summary>
/// Stands in for a Pyroscope: an HTTP server on loopback that takes pushes as strictly as the real one, or more so, and keeps what it accepted.
/// A test can script any answer, cut connections, stop it and start it again on the same port. Safe from several threads, and fit for load.
/// </summary>
public sealed class PyroscopeStandIn : IAsyncDisposable
{
    private const string PushPath = "/push.v1.PusherService/Push";

    private readonly Lock _lock = new();
    private readonly List<ReceivedPush> _accepted = [];
    private readonly List<RecordedRequest> _requests = [];
    private readonly Waiters _acceptedWaiters = new();
    private readonly Waiters _requestWaiters = new();
    private readonly Waiters _arrivalWaiters = new();
    private readonly TimeProvider _time;
    private WebApplication? _server;
    private CancellationTokenSource _stopping = new();
    private int _arrivals;
    private int _underWay;

    private PyroscopeStandIn(TimeProvider time) => _time = time;

    /// <summary>The URL for an endpoint, without a trailing slash.</summary>
    public string Url => $"http://127.0.0.1:{Port}";

    public int Port { get; private set; }

    public ServerLimits Limits { get; set; } = new();

    /// <summary>A path before that of the push, as behind a proxy; empty for none.</summary>
    public string PathPrefix { get; set; } = "";

    /// <summary>
    /// Asked first for each push that can be read; its answer goes out as it is. Null, and null from it, leave the push to the checks.
    /// </summary>
    public Func<ReceivedPush, StandInAnswer?>? Script { get; set; }

    /// <summary>False to count what is accepted without keeping it: for load.</summary>
    public bool Keeps { get; set; } = true;

    /// <summary>How many profiles have been accepted so far.</summary>
    public int AcceptedCount { get; private set; }

    /// <summary>The most pushes that were under way at one time.</summary>
    public int MostUnderWay { get; private set; }

    /// <summary>A copy of what has been accepted so far.</summary>
    public IReadOnlyList<ReceivedPush> Accepted
    {
        get
        {
            lock (_lock)
            {
                return [.. _accepted];
            }
        }
    }

    /// <summary>A copy of all requests that have been answered so far, refused ones included.</summary>
    public IReadOnlyList<RecordedRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <param name="time">The server's clock; the system's where it is left out.</param>
    public static async Task<PyroscopeStandIn> StartAsync(TimeProvider? time = null)
    {
        var standIn = new PyroscopeStandIn(time ?? TimeProvider.System);
        await standIn.ListenAsync(port: 0);
        return standIn;
    }

    /// <summary>Stops to listen and cuts what is under way: connections are refused from then on.</summary>
    public async Task StopAsync()
    {
        if (_server is not { } server)
        {
            return;
        }

        _server = null;
        await _stopping.CancelAsync();
        await server.StopAsync();
        await server.DisposeAsync();
    }

    /// <summary>Listens again, on the same port.</summary>
    public Task RestartAsync() => ListenAsync(Port);

    /// <summary>Completes as soon as so many profiles have been accepted in all.</summary>
    public Task WaitForAcceptedAsync(int count)
    {
        lock (_lock)
        {
            return _acceptedWaiters.WaitFor(count, AcceptedCount);
        }
    }

    /// <summary>Completes as soon as so many requests have been answered in all.</summary>
    public Task WaitForRequestsAsync(int count)
    {
        lock (_lock)
        {
            return _requestWaiters.WaitFor(count, _requests.Count);
        }
    }

    /// <summary>Completes as soon as so many requests have been read, answered or not.</summary>
    public Task WaitForArrivalsAsync(int count)
    {
        lock (_lock)
        {
            return _arrivalWaiters.WaitFor(count, _arrivals);
        }
    }

    public async ValueTask DisposeAsync() => await StopAsync();

    private async Task ListenAsync(int port)
    {
        _stopping = new CancellationTokenSource();
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel =>
        {
            kestrel.Listen(IPAddress.Loopback, port, listen => listen.Protocols = HttpProtocols.Http1);
            kestrel.Limits.MaxRequestBodySize = null;
            kestrel.Limits.MinResponseDataRate = null;
        });
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        WebApplication server = builder.Build();
        server.Run(ServeAsync);
        await server.StartAsync();
        Port = new Uri(server.Urls.Single()).Port;
        _server = server;
    }

    private async Task ServeAsync(HttpContext http)
    {
        lock (_lock)
        {
            MostUnderWay = Math.Max(MostUnderWay, ++_underWay);
        }

        try
        {
            await ServePushAsync(http);
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the stand-in stops.
            http.Abort();
        }
        finally
        {
            lock (_lock)
            {
                _underWay--;
            }
        }
    }

    private async Task ServePushAsync(HttpContext http)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        if (http.Request.Path.Value != PathPrefix + PushPath)
        {
            await AnswerAsync(http, StandInAnswer.Plain(404, "404 page not found", "text/plain"), [], null, ended.Token);
            return;
        }

        (byte[] body, ConnectError? fault) = await ReadAsync(http.Request, ended.Token);
        PushRequest push = new();
        fault ??= PushChecks.TryParse(body, out push);
        var headers = http.Request.Headers.ToDictionary(header => header.Key, header => header.Value.ToString(), StringComparer.OrdinalIgnoreCase);
        List<ReceivedPush> series =
        [
            .. push.Series.SelectMany(one => one.Samples.Select(sample =>
                new ReceivedPush(PushChecks.ToLabels(one), sample.RawProfile.ToByteArray(), headers))),
        ];
        lock (_lock)
        {
            _arrivalWaiters.Reach(++_arrivals);
        }

        if (fault is null && series.Select(one => Script?.Invoke(one)).FirstOrDefault(answer => answer is not null) is { } scripted)
        {
            if (scripted.Stores)
            {
                Store(series);
            }

            await AnswerAsync(http, scripted, series, null, ended.Token);
            return;
        }

        fault ??= PushChecks.Check(push, Limits, _time.GetUtcNow());
        if (fault is not null)
        {
            await AnswerAsync(http, StandInAnswer.Of(fault), series, fault, ended.Token);
            return;
        }

        Store(series);
        await AnswerAsync(http, new StandInAnswer { ContentType = "application/proto" }, series, null, ended.Token);
    }

    /// <summary>Reads the body as the Connect protocol asks for it.</summary>
    private async Task<(byte[] Body, ConnectError? Fault)> ReadAsync(HttpRequest request, CancellationToken cancellationToken)
    {
        using var body = new MemoryStream();
        await request.Body.CopyToAsync(body, cancellationToken);
        byte[] bytes = body.ToArray();
        string encoding = request.Headers.ContentEncoding.ToString();
        ConnectError? fault =
            request.Method != "POST" ? new ConnectError("unimplemented", "only POST") { Status = 405 }
            : request.ContentType != "application/proto" ? new ConnectError("unimplemented", $"content type {request.ContentType}") { Status = 415 }
            : request.Headers["Connect-Protocol-Version"] != "1" ? ConnectError.InvalidArgument("missing required header: set Connect-Protocol-Version to \"1\"")
            : !IsTimeout(request.Headers["Connect-Timeout-Ms"].ToString()) ? ConnectError.InvalidArgument("protocol error: invalid timeout")
            : bytes.Length > Limits.MaxBodyBytes ? new ConnectError("resource_exhausted", "the message is larger than the configured maximum")
            : encoding is not ("" or "identity" or "gzip") ? new ConnectError("unimplemented", $"unknown compression \"{encoding}\"")
            : null;
        if (fault is null && encoding == "gzip")
        {
            using var gzip = new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
            using var plain = new MemoryStream();
            await gzip.CopyToAsync(plain, cancellationToken);
            bytes = plain.ToArray();
        }

        return (bytes, fault);
    }

    private static bool IsTimeout(string text) => text.Length is > 0 and <= 10 && text.All(char.IsAsciiDigit);

    private void Store(List<ReceivedPush> series)
    {
        lock (_lock)
        {
            AcceptedCount += series.Count;
            if (Keeps)
            {
                _accepted.AddRange(series);
            }

            _acceptedWaiters.Reach(AcceptedCount);
        }
    }

    private async Task AnswerAsync(
        HttpContext http, StandInAnswer answer, List<ReceivedPush> series, ConnectError? fault, CancellationToken ended)
    {
        if (answer.After is { } after)
        {
            await after.WaitAsync(ended);
        }

        if (answer.Fault == StandInFault.Hang)
        {
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
        }

        if (answer.Fault == StandInFault.Reset)
        {
            Record(http, series, status: 0, fault);
            http.Abort();
            return;
        }

        Record(http, series, answer.Status, fault);
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        foreach ((string name, string value) in answer.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (answer.Fault == StandInFault.Drip)
        {
            http.Features.GetRequiredFeature<IHttpResponseBodyFeature>().DisableBuffering();
            await http.Response.Body.WriteAsync(new byte[1], ended);
            await http.Response.Body.FlushAsync(ended);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
        }

        if (answer.Body.Length > 0)
        {
            await http.Response.Body.WriteAsync(answer.Body, ended);
        }
    }

    private void Record(HttpContext http, List<ReceivedPush> series, int status, ConnectError? fault)
    {
        lock (_lock)
        {
            if (Keeps || fault is not null)
            {
                _requests.Add(new RecordedRequest(http.Request.Path.Value ?? "", series, status, fault));
            }

            _requestWaiters.Reach(_requests.Count);
        }
    }
}
