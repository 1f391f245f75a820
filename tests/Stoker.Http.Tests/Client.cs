using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Stoker.Components;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Http.Tests;

/// <summary>A client under test, and what a test says to it.</summary>
internal static class Client
{
    public const string UserAgent = "Stoker/0.0.0 (test)";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);

    public static HttpMessageInvoker Create(
        HttpClientArguments arguments, HttpMessageHandler? transport = null, TimeProvider? time = null, ILogger? logger = null) =>
        HttpConnections.Create(arguments, CreateContext(time, logger, transport));

    public static ComponentContext CreateContext(TimeProvider? time = null, ILogger? logger = null, HttpMessageHandler? transport = null) =>
        new()
        {
            Id = "test.client.a",
            Logger = logger ?? NullLogger.Instance,
            Time = time ?? new ManualTimeProvider(),
            Metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()),
            StoragePath = "/nowhere",
            Agent = new AgentIdentity("0.0.0", UserAgent, "00000000-0000-0000-0000-000000000000"),
            PublishExports = _ => { },
            HttpHandler = transport,
        };

    public static Task<HttpResponseMessage> GetAsync(this HttpMessageInvoker client, string url) =>
        client.SendAsync(new HttpRequestMessage(HttpMethod.Get, url));

    public static Task<HttpResponseMessage> SendAsync(this HttpMessageInvoker client, HttpRequestMessage request) =>
        client.SendAsync(request, TestContext.Current.CancellationToken).WaitAsync(Limit, TestContext.Current.CancellationToken);

    /// <summary>One GET by a client of its own.</summary>
    public static async Task<HttpResponseMessage> GetOnceAsync(HttpClientArguments arguments, string url)
    {
        using HttpMessageInvoker client = Create(arguments);
        return await client.GetAsync(url);
    }

    public static SecretValue Secret(string content) => new(content);

    public static IReadOnlyDictionary<string, IReadOnlyList<SecretValue>> Headers(params (string Name, string[] Values)[] headers) =>
        headers.ToDictionary(header => header.Name, IReadOnlyList<SecretValue> (header) => [.. header.Values.Select(Secret)]);
}
