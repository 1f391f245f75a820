using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Stoker.Components;
using Stoker.Discovery.Http;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Http;

/// <summary>What discovery.http asks, what it makes of answers, and that it keeps what it knows.</summary>
public sealed class HttpDiscoveryTests
{
    private const string Body = """
        url              = "http://inventory:8080/targets?env=prod"
        refresh_interval = "15s"
        """;

    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(15);

    [Fact]
    public async Task Answer_Groups_BecomeTargetsWithTheirLabelsAndTheUrl()
    {
        var source = new ScriptedHttpHandler(_ => Json("""
            [
              {"targets": ["10.0.0.7:6060", "10.0.0.8:6060"], "labels": {"service_name": "cart", "__address__": "never", "__meta_url": "never", "empty": "", "null": null}},
              {"labels": {"service_name": "nobody"}},
              {"targets": null, "labels": null},
              {"Targets": ["10.0.0.9:6060"]}
            ]
            """));
        await using RunningDiscovery discovery = RunningDiscovery.Start(HttpSource.Definition, Body, source);

        IReadOnlyList<Target> targets = await discovery.NextAsync();

        Assert.Equal(
            [
                """{__address__="10.0.0.7:6060", __meta_url="http://inventory:8080/targets?env=prod", service_name="cart"}""",
                """{__address__="10.0.0.8:6060", __meta_url="http://inventory:8080/targets?env=prod", service_name="cart"}""",
                """{__address__="10.0.0.9:6060", __meta_url="http://inventory:8080/targets?env=prod"}""",
            ],
            targets.Select(target => target.Labels.ToString()));
        Assert.Empty(discovery.Skipped());
        Assert.Equal("3 targets", discovery.Health);
    }

    [Fact]
    public async Task Request_IsWhatPrometheusSends()
    {
        var source = new ScriptedHttpHandler(_ => Json("[]"));
        await using RunningDiscovery discovery = RunningDiscovery.Start(
            HttpSource.Definition, "url = \"http://user:secret@inventory/x\"\nrefresh_interval = \"1m30.5s\"\nhttp_headers = {\"X-Tenant\" = [\"one\"]}", source);

        await discovery.FirstRoundAsync();

        SeenRequest request = Assert.Single(source.Requests);
        Assert.Equal(HttpMethod.Get, request.Method);
        Assert.Equal("application/json", request.Headers["Accept"]);
        Assert.Equal("90.5", request.Headers["X-Prometheus-Refresh-Interval-Seconds"]);
        Assert.Equal("Stoker/0.0.0 (test)", request.Headers["User-Agent"]);
        Assert.Equal("one", request.Headers["X-Tenant"]);
        Assert.Equal("Basic " + Convert.ToBase64String("user:secret"u8), request.Headers["Authorization"]);
    }

    internal static HttpResponseMessage Json(string body, string type = "application/json") => Json(Encoding.UTF8.GetBytes(body), type);

    internal static HttpResponseMessage Json(byte[] body, string type = "application/json")
    {
        HttpResponseMessage answer = ScriptedHttpHandler.Answer(HttpStatusCode.OK, body);
        answer.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return answer;
    }
}
