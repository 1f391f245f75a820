using System.Net;
using System.Text;
using Stoker.Graph;
using Stoker.Syntax;
using Stoker.TestKit;

namespace Stoker.PipelineTests;

/// <summary>Of what is secret in a file nothing comes out again: not in a diagnostic, not in the API, not in the log, whatever fails.</summary>
public sealed class SecretsTests : IDisposable
{
    private const string Id = "pyroscope.scrape.one";
    private const string Hidden = "h1ddenS3cret";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stoker-secrets-");

    public static TheoryData<string> Arguments =>
    [
        $"bearer_token = \"{Hidden}\"",
        "bearer_token_file = \"FILE\"",
        $"basic_auth {{\n username = \"ada\"\n password = \"{Hidden}\"\n}}",
        "basic_auth {\n username = \"ada\"\n password_file = \"FILE\"\n}",
        $"authorization {{\n credentials = \"{Hidden}\"\n}}",
        "authorization {\n credentials_file = \"FILE\"\n}",
        $"oauth2 {{\n client_id = \"ada\"\n client_secret = \"{Hidden}\"\n token_url = \"http://login/token\"\n}}",
        "oauth2 {\n client_id = \"ada\"\n client_secret_file = \"FILE\"\n token_url = \"http://login/token\"\n}",
        $"oauth2 {{\n client_id = \"ada\"\n client_secret = \"s\"\n token_url = \"http://ada:{Hidden}@login/token\"\n}}",
        $"http_headers = {{ \"X-Key\" = [\"{Hidden}\"] }}",
        $"proxy_url = \"http://ada:{Hidden}@proxy:3128\"\nproxy_connect_header = {{ \"X-Key\" = [\"{Hidden}\"] }}",
    ];

    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task Failures_OfEveryKind_ShowNoSecret(string argument)
    {
        int failures = 0;
        var handler = new ScriptedHttpHandler((request, _) => request.Uri.Host == "login" && failures > 2
            ? Task.FromResult(ScriptedHttpHandler.Ok(Encoding.UTF8.GetBytes($"{{\"access_token\":\"token-{Hidden}\"}}")))
            : failures++ switch
            {
                0 => throw new HttpRequestException(HttpRequestError.ConnectionError, "Connection refused"),
                1 => Task.FromResult(ScriptedHttpHandler.Answer(HttpStatusCode.BadRequest, "{}"u8.ToArray())),
                2 => Task.FromResult(ScriptedHttpHandler.Answer(HttpStatusCode.Unauthorized, [])),
                3 => Task.FromResult(ScriptedHttpHandler.Ok("<html>"u8.ToArray())),
                4 => Task.FromResult(Redirect($"http://elsewhere/?token={Hidden}")),
                5 => Task.FromResult(Redirect($"ftp://ada:{Hidden}@elsewhere/")),
                6 => Task.FromResult(ScriptedHttpHandler.Answer(HttpStatusCode.InternalServerError, Echo(request))),
                7 => Task.FromResult(ScriptedHttpHandler.Ok(Echo(request))),
                _ => throw new HttpRequestException(HttpRequestError.ResponseEnded, "The response ended prematurely."),
            });
        string configuration = $$"""
            pyroscope.scrape "one" {
              targets         = [{"__address__" = "target:1"}]
              forward_to      = []
              scrape_interval = "20s"
              {{Written(argument)}}
              profiling_config {
                profile.memory      { enabled = false }
                profile.block       { enabled = false }
                profile.mutex       { enabled = false }
                profile.process_cpu { enabled = false }
              }
            }
            """;
        await using var pipeline = new Pipeline(configuration, handler);
        ReloadResult loaded = await pipeline.LoadAsync();
        Assert.True(loaded.Applied, string.Join('\n', loaded.Diagnostics));
        await pipeline.StartAsync();
        SlotWalk walk = await SlotWalk.StartAsync(pipeline.PlanOf(Id).Scrapes, pipeline.Time);
        var shown = new List<string>(loaded.Diagnostics.Select(diagnostic => diagnostic.Message));
        for (int i = 0; i < 10; i++)
        {
            await walk.PassAsync(TimeSpan.FromSeconds(20));
            shown.Add(Shown.Of(pipeline.Component(Id)));
        }

        shown.AddRange(pipeline.Log.Take().Select(line => line.ToString()));

        Assert.True(failures > 8, $"only {failures} failures");
        Assert.Contains(shown, text => text.Contains("last_error", StringComparison.Ordinal));
        Assert.Contains(shown, text => text.Contains("body \\\"x", StringComparison.Ordinal));
        Assert.All(
            (string[])[Hidden, Base64($"ada:{Hidden}")], secret => Assert.DoesNotContain(shown, text => text.Contains(secret, StringComparison.Ordinal)));
    }

    /// <summary>Every argument with its secret and one more credential beside it, which is a mistake in the file.</summary>
    [Theory]
    [MemberData(nameof(Arguments))]
    public async Task Mistakes_AroundASecret_DoNotShowIt(string argument)
    {
        string body = Written(argument) + (argument.StartsWith("bearer_token ", StringComparison.Ordinal) ? "\nbearer_token_file = \"x\"" : "\nbearer_token = \"a\\nb\"");
        await using var pipeline = new Pipeline(
            $"pyroscope.scrape \"one\" {{\n  targets = []\n  forward_to = []\n{body}\n}}", new ScriptedHttpHandler(_ => ScriptedHttpHandler.Ok([])));

        ReloadResult loaded = await pipeline.LoadAsync();

        Assert.False(loaded.Applied);
        Assert.NotEmpty(loaded.Diagnostics);
        Assert.All(loaded.Diagnostics, (Diagnostic diagnostic) => Assert.DoesNotContain(Hidden, diagnostic.Message, StringComparison.Ordinal));
        Assert.All(pipeline.Log.Take(), line => Assert.DoesNotContain(Hidden, line.ToString(), StringComparison.Ordinal));
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private string Written(string argument)
    {
        string path = Path.Combine(_folder.FullName, "secret");
        File.WriteAllText(path, Hidden);
        return argument.Replace("FILE", path, StringComparison.Ordinal);
    }

    /// <summary>What an echo server says: the headers that it was sent.</summary>
    private static byte[] Echo(SeenRequest request)
    {
        var text = new StringBuilder("x");
        foreach ((string name, string value) in request.Headers)
        {
            text.Append($" {name}: {value}");
            if (value.StartsWith("Basic ", StringComparison.Ordinal))
            {
                text.Append(' ').Append(Encoding.UTF8.GetString(Convert.FromBase64String(value["Basic ".Length..])));
            }
        }

        return Encoding.UTF8.GetBytes(text.ToString());
    }

    private static string Base64(string text) => Convert.ToBase64String(Encoding.UTF8.GetBytes(text));

    private static HttpResponseMessage Redirect(string location) =>
        new(HttpStatusCode.Found) { Headers = { Location = new Uri(location) }, Content = new ByteArrayContent([]) };
}
