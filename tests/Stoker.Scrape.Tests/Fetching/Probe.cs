using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Stoker.Components;
using Stoker.Http;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Fetching;

/// <summary>One scrape with small limits.</summary>
internal static class Probe
{
    public static readonly ScrapeArguments Limits = new() { ResponseSizeLimit = 64 * 1024, BodySizeLimit = 256 * 1024 };

    public static Task<ScrapeReport> ScrapeAsync(
        RawTarget target, string path = "/p", HttpClientArguments? http = null, ManualTimeProvider? time = null) =>
        ScrapeAsync(new Uri($"http://{target.Address}{path}"), http, time);

    public static Task<ScrapeReport> ScrapeAsync(ScriptedHttpHandler handler, ManualTimeProvider? time = null) =>
        ScrapeAsync(new Uri("http://target:1/p"), null, time, handler);

    public static async Task<ScrapeReport> ScrapeAsync(
        Uri url, HttpClientArguments? http = null, ManualTimeProvider? time = null, HttpMessageHandler? handler = null, TimeSpan? timeout = null)
    {
        time ??= new ManualTimeProvider();
        var context = new ComponentContext
        {
            Id = "probe",
            Logger = NullLogger.Instance,
            Time = time,
            Metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()),
            StoragePath = "/nowhere",
            Agent = new AgentIdentity("0.0.0", "Stoker/test", "00000000-0000-0000-0000-000000000000"),
            PublishExports = _ => { },
            HttpHandler = handler,
        };
        using HttpMessageInvoker client = HttpConnections.Create(http ?? new HttpClientArguments(), context);
        return await ScrapeProbe.RunAsync(url, timeout, Limits, client, time, TestContext.Current.CancellationToken)
            .WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
