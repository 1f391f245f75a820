using Stoker.Components.Arguments;
using Stoker.Http;

namespace Stoker.Delivery.Write;

/// <summary>The block <c>endpoint</c> of pyroscope.write. Immutable.</summary>
public sealed record EndpointArguments
{
    private static readonly HeadersArgument HeaderMap = new();

    public string Url { get; init; } = "";

    public string Name { get; init; } = "";

    public TimeSpan RemoteTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public IReadOnlyDictionary<string, string> Headers { get; init; } = HeaderMap.Zero;

    public TimeSpan MinBackoffPeriod { get; init; } = TimeSpan.FromMilliseconds(500);

    public TimeSpan MaxBackoffPeriod { get; init; } = TimeSpan.FromMinutes(5);

    public long MaxBackoffRetries { get; init; } = 10;

    public bool RetryOnHttp429 { get; init; } = true;

    public TimeSpan DebugInfoUploadTimeout { get; init; } = TimeSpan.FromMinutes(2);

    public long MaxPushesInFlight { get; init; } = 64;

    public QueueArguments Queue { get; init; } = new();

    public HttpClientArguments HttpClient { get; init; } = new();

    public static BlockSchema<EndpointArguments> Schema { get; } = new BlockSchema<EndpointArguments>(new EndpointArguments())
        .Required("url", EndpointUrl.Type, a => a.Url, (a, v) => a with { Url = v }, "URL of the Pyroscope to push to.")
        .Optional("name", ArgumentTypes.String, a => a.Name, (a, v) => a with { Name = v },
            "Name of the endpoint. Its queue follows the name through reloads; without a name, the position of the block.")
        .Optional("remote_timeout", ArgumentTypes.Duration, a => a.RemoteTimeout, (a, v) => a with { RemoteTimeout = v },
            "Deadline of one push, its whole answer included.")
        .Optional("headers", HeaderMap, a => a.Headers, (a, v) => a with { Headers = v }, "Headers to add to each push.")
        .Optional("min_backoff_period", ArgumentTypes.Duration, a => a.MinBackoffPeriod, (a, v) => a with { MinBackoffPeriod = v },
            "Shortest wait before a retry.")
        .Optional("max_backoff_period", ArgumentTypes.Duration, a => a.MaxBackoffPeriod, (a, v) => a with { MaxBackoffPeriod = v },
            "Longest wait before a retry.")
        .Optional("max_backoff_retries", ArgumentTypes.Integer, a => a.MaxBackoffRetries, (a, v) => a with { MaxBackoffRetries = v },
            "How often a profile may be refused while others pass before it is dropped; 0 for any number. An endpoint that is away is retried without end.")
        .Optional("retry_on_http_429", ArgumentTypes.Bool, a => a.RetryOnHttp429, (a, v) => a with { RetryOnHttp429 = v },
            "Whether a push that is answered with 429 is retried instead of dropped.")
        .Optional("debug_info_upload_timeout", ArgumentTypes.Duration, a => a.DebugInfoUploadTimeout, (a, v) => a with { DebugInfoUploadTimeout = v },
            "Accepted for compatibility; it concerns eBPF profiles only.")
        .Optional("max_pushes_in_flight", ArgumentTypes.Integer, a => a.MaxPushesInFlight, (a, v) => a with { MaxPushesInFlight = v },
            "How many pushes may wait for their answers at once.")
        .Block("queue", QueueArguments.Schema, a => a.Queue, (a, v) => a with { Queue = v }, "Limits of the endpoint's queue.")
        .Squash(HttpClientArguments.Schema, a => a.HttpClient, (a, v) => a with { HttpClient = v })
        .Validate(EndpointRules.Check);

    /// <summary>True when the other endpoint is sent to in the same way, so that nothing needs to change.</summary>
    internal bool IsSameAs(EndpointArguments other) =>
        this with { Headers = other.Headers, HttpClient = other.HttpClient } == other
        && HeaderMap.AreEqual(Headers, other.Headers)
        && HttpClient == other.HttpClient;
}
