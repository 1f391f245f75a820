using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Stoker.Components;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Content.Tests.Http;

public sealed class RemoteHttpTests
{
    private const string Url = "url = \"http://ann:pw12@config:8080/v1/token?key=hush\"";

    [Fact]
    public void Stage_BeforeTheFirstAnswer_AsksNobodyAndWaits()
    {
        var server = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok([]));
        var content = (UnavailableValue)new RunningContent("remote.http", server).Stage(Url);
        Assert.Equal("http://config:8080/v1/token?... has not answered yet", content.Reason);
        Assert.False(content.IsMistake);
        Assert.Empty(server.Requests);
    }

    [Fact]
    public async Task Run_ServerAnswers_PublishesTheTextWithoutSpaceAroundIt()
    {
        var server = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(" abc \u00e4\n"u8.ToArray()));
        await using RunningContent http = RunningContent.Start("remote.http", Url, server);
        Assert.Equal("abc \u00e4", await http.NextTextAsync());
        Assert.Equal(HttpMethod.Get, server.Requests[0].Method);
        Assert.Equal("Stoker/0.0.0 (test)", server.Requests[0].Headers["User-Agent"]);
        Assert.Equal("abc \u00e4", RunningContent.TextOf(http.Stage(Url)));

        // The same again is nothing new; another text is.
        await http.PassAsync(TimeSpan.FromMinutes(1));
        await RunningContent.Bounded(server.WaitForRequestsAsync(2));
        await http.SleepsAsync(TimeSpan.FromMinutes(1));
        Assert.False(http.TryTake(out _));
    }

    [Theory]
    [InlineData(204)]
    [InlineData(201)]
    [InlineData(404)]
    [InlineData(503)]
    public async Task Run_AnyStatusBut200_Fails(int status)
    {
        var server = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Answer((HttpStatusCode)status, "sorry"u8.ToArray()));
        await using RunningContent http = RunningContent.Start("remote.http", Url, server);
        await http.FirstRoundAsync();
        Assert.StartsWith($"http://config:8080/v1/token?...: the answer has the status {status} and begins \"sorry\"; ", Assert.Single(http.Failures), StringComparison.Ordinal);
        Assert.False(http.TryTake(out _));
    }

    [Fact]
    public async Task Run_ServerFailsForAWhile_KeepsTheContentAndTriesAgainSoon()
    {
        bool isDown = false;
        var server = new ScriptedHttpHandler(_ => isDown ? throw new HttpRequestException("away") : ScriptedHttpHandler.Ok("one"u8.ToArray()));
        await using RunningContent http = RunningContent.Start("remote.http", Url, server);
        Assert.Equal("one", await http.NextTextAsync());
        isDown = true;
        await http.PassAsync(TimeSpan.FromMinutes(1));
        await http.PassAsync(TimeSpan.FromSeconds(1));
        await http.PassAsync(TimeSpan.FromSeconds(2));
        await http.SleepsAsync(TimeSpan.FromSeconds(4));
        Assert.Contains("3 bytes read, kept; failing: http://config:8080/v1/token?...: away", http.Health, StringComparison.Ordinal);
        Assert.Equal("one", RunningContent.TextOf(http.Stage(Url)));
        Assert.Single(http.Log.Of(9000));
        Assert.Equal(3, await http.MetricAsync("stoker_content_failures_total"));

        isDown = false;
        await http.PassAsync(TimeSpan.FromSeconds(4));
        await http.SleepsAsync(TimeSpan.FromMinutes(1));
        Assert.Single(http.Log.Of(9001));
        Assert.Empty(http.Failures);
    }

    [Fact]
    public async Task Run_AnswerNeverEnds_FailsAtTheDeadline()
    {
        var server = new ScriptedHttpHandler((_, stop) => Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop)
            .ContinueWith(_ => new HttpResponseMessage(), stop, TaskContinuationOptions.OnlyOnRanToCompletion, TaskScheduler.Default));
        await using RunningContent http = RunningContent.Start("remote.http", Url, server);
        await http.PassAsync(TimeSpan.FromSeconds(10));
        await http.FirstRoundAsync();
        Assert.Contains("no whole answer came within 10s", Assert.Single(http.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_BodyThatIsTooLargeOrNoText_Fails()
    {
        byte[] body = [(byte)'a', 0xFF];
        var server = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok(body));
        await using RunningContent http = RunningContent.Start("remote.http", Url, server);
        await http.FirstRoundAsync();
        Assert.Contains("it is not UTF-8 text: the byte 0xFF at offset 1", Assert.Single(http.Failures), StringComparison.Ordinal);

        body = new byte[(16 << 20) + 1];
        await http.PassAsync(TimeSpan.FromSeconds(1));
        await http.SleepsAsync(TimeSpan.FromSeconds(2));
        Assert.Contains("more than 16 MiB", Assert.Single(http.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerGivesATag_AsksWithItAndTakes304()
    {
        var server = new ScriptedHttpHandler(request =>
        {
            HttpResponseMessage answer = request.Headers.ContainsKey("If-None-Match")
                ? ScriptedHttpHandler.Answer(HttpStatusCode.NotModified, [])
                : ScriptedHttpHandler.Ok("one"u8.ToArray());
            answer.Headers.ETag = new EntityTagHeaderValue("\"v1\"");
            return answer;
        });
        await using RunningContent http = RunningContent.Start("remote.http", Url, server);
        Assert.Equal("one", await http.NextTextAsync());
        await http.PassAsync(TimeSpan.FromMinutes(1));
        await http.SleepsAsync(TimeSpan.FromMinutes(1));
        Assert.Equal("\"v1\"", server.Requests[1].Headers["If-None-Match"]);
        Assert.Empty(http.Failures);
        Assert.False(http.TryTake(out _));
    }

    [Fact]
    public async Task Run_MethodHeadersAndBody_AreSent()
    {
        using var server = new BodyServer();
        await using RunningContent http = RunningContent.Start(
            "remote.http",
            """
            url     = "http://config/"
            method  = "POST"
            body    = "ask \u00e4"
            headers = { "X-Api-Key" = "hush1234", "Content-Type" = "application/x-q", "User-Agent" = "mine", "Authorization" = "Bearer hush5678" }
            """,
            server);
        await http.FirstRoundAsync();
        Assert.Equal("POST ask \u00e4", server.Seen);
        Assert.Equal(["Authorization: Bearer hush5678", "Content-Type: application/x-q", "User-Agent: mine", "X-Api-Key: hush1234"], server.Headers);

        // What the server repeats of them is not shown.
        Assert.Contains("begins \"(secret) (secret)\"", Assert.Single(http.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_RedirectToAnotherHost_TakesNoHeadersThere()
    {
        var server = new ScriptedHttpHandler(request =>
        {
            if (request.Uri.Host != "config")
            {
                return ScriptedHttpHandler.Ok("found"u8.ToArray());
            }

            HttpResponseMessage away = ScriptedHttpHandler.Answer(HttpStatusCode.Found, []);
            away.Headers.Location = new Uri("http://elsewhere/");
            return away;
        });
        await using RunningContent http = RunningContent.Start("remote.http", "url = \"http://config/\"\nheaders = { \"X-Api-Key\" = \"hush\", \"Authorization\" = \"hush\" }", server);
        Assert.Equal("found", await http.NextTextAsync());
        Assert.Equal("hush", server.Requests[0].Headers["X-Api-Key"]);
        Assert.DoesNotContain("hush", server.Requests[1].Headers.Values);
    }

    [Fact]
    public async Task Apply_AnotherUrl_KeepsTheContentUntilTheNewHasCome()
    {
        var second = new TaskCompletionSource<HttpResponseMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        var server = new ScriptedHttpHandler((request, _) => request.Uri.Host == "one" ? Task.FromResult(ScriptedHttpHandler.Ok("1"u8.ToArray())) : second.Task);
        await using RunningContent http = RunningContent.Start("remote.http", "url = \"http://one/\"", server);
        Assert.Equal("1", await http.NextTextAsync());

        Assert.Equal("secret 1", RunningContent.TextOf(http.Apply("url = \"http://two/\"\nis_secret = true")));
        await RunningContent.Bounded(server.WaitForRequestsAsync(2));
        second.SetResult(ScriptedHttpHandler.Ok("2"u8.ToArray()));

        string next = await http.NextTextAsync();
        Assert.Equal("secret 2", next == "secret 1" ? await http.NextTextAsync() : next);
    }

    [Fact]
    public async Task Import_ServerAnswers_PublishesAModuleNamedByItsUrl()
    {
        var server = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok("declare \"x\" { }\n"u8.ToArray()));
        await using RunningContent http = RunningContent.Start("import.http", Url, server);
        var module = (ModuleContentValue)await http.NextAsync();
        Assert.Equal("http://config:8080/v1/token", Assert.Single(module.Files).Path);
        Assert.Equal("declare \"x\" { }\n", RunningContent.TextOf(module));
        Assert.Equal("http://config:8080/v1/", module.ModulePath);
    }

    [Theory]
    [InlineData("", "missing required attribute \"url\"")]
    [InlineData("url = \"config/x\"", "has no scheme")]
    [InlineData(Url + "\npoll_frequency = \"0s\"", "3:1: poll_frequency must be over 0 and at most 720h, got 0s")]
    [InlineData(Url + "\npoll_timeout = \"-1s\"", "poll_timeout must be over 0")]
    [InlineData(Url + "\npoll_timeout = \"1m\"", "poll_timeout must be less than poll_frequency, got 1m0s and 1m0s")]
    [InlineData(Url + "\npoll_frequency = \"5s\"", "poll_timeout must be less than poll_frequency, got 10s and 5s")]
    [InlineData(Url + "\nmethod = \"GET x\"", "method is no HTTP method")]
    [InlineData(Url + "\nmethod = \"CONNECT\"", "CONNECT asks a proxy")]
    [InlineData(Url + "\nheaders = { \"a b\" = \"c\" }", "\"a b\" is no name of an HTTP header")]
    [InlineData(Url + "\nheaders = { \"Content-Length\" = \"1\" }", "belongs to the connection")]
    [InlineData(Url + "\nheaders = { \"X\" = \"a\\nb\" }", "the value of the header \"X\" holds a line break")]
    [InlineData(Url + "\nclient { basic_auth { username = \"a\" }\nbearer_token = \"b\" }", "bearer_token")]
    public void Arguments_WithAMistake_AreRefusedAtTheirPlace(string body, string expected)
    {
        foreach (string name in new[] { "remote.http", "import.http" })
        {
            IReadOnlyList<string> diagnostics = Written.Read(name, body).Diagnostics;
            Assert.Contains(diagnostics, diagnostic => diagnostic.Contains(expected.Split(": ", 2)[^1], StringComparison.Ordinal));
            Assert.DoesNotContain(diagnostics, diagnostic => diagnostic.Contains("hush", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void Arguments_SeveralMistakes_AreAllReported() =>
        Assert.Equal(3, Written.Read("remote.http", "poll_frequency = \"0s\"\nmethod = \"a b\"\nheaders = { \"Host\" = \"x\" }").Diagnostics.Count);

    /// <summary>Keeps what a request held, and repeats its secrets.</summary>
    private sealed class BodyServer : HttpMessageHandler
    {
        public string Seen { get; private set; } = "";

        public IReadOnlyList<string> Headers { get; private set; } = [];

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Seen = $"{request.Method} {await request.Content!.ReadAsStringAsync(cancellationToken)}";
            Headers = [.. request.Headers.NonValidated.Concat(request.Content.Headers.NonValidated).Where(header => header.Key != "Content-Length")
                .Select(header => $"{header.Key}: {header.Value}").Order(StringComparer.Ordinal)];
            return ScriptedHttpHandler.Answer(HttpStatusCode.NotFound, Encoding.UTF8.GetBytes("hush1234 hush5678"));
        }
    }
}
