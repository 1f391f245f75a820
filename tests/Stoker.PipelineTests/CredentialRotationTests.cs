using System.Net;
using System.Net.Http.Headers;
using System.Text;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;

namespace Stoker.PipelineTests;

/// <summary>Secrets in files that change while a <c>pyroscope.scrape</c> scrapes every two seconds: no scrape fails but for what the server itself refuses.</summary>
public sealed class CredentialRotationTests : IDisposable
{
    private const string Id = "pyroscope.scrape.one";
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly byte[] Profile = SampleProfile.CreateGzip(new ManualTimeProvider().GetUtcNow());

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stoker-rotation-");
    private readonly HashSet<string> _accepted = [];
    private int _refused;
    private int _answered;

    /// <summary>The argument, and what the server wants for a secret.</summary>
    public static TheoryData<string, string> Kinds => new()
    {
        { "bearer_token_file = \"{0}\"", "Bearer {0}" },
        { "authorization {{\n    type = \"Token\"\n    credentials_file = \"{0}\"\n  }}", "Token {0}" },
        { "basic_auth {{\n    username = \"ada\"\n    password_file = \"{0}\"\n  }}", "Basic ada:{0}" },
        { "oauth2 {{\n    client_id = \"ada\"\n    client_secret_file = \"{0}\"\n    token_url = \"http://login/token\"\n  }}", "Bearer token-of-{0}" },
    };

    private string SecretPath => Path.Combine(_folder.FullName, "secret");

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Secret_IsReplacedByRename_NoScrapeFails(string argument, string expected)
    {
        await using Pipeline pipeline = await StartAsync(argument, expected, "one");
        SlotWalk walk = await WalkAsync(pipeline);
        await walk.PassAsync(Interval * 5);
        for (int i = 0; i < 5; i++)
        {
            // The server knows the new secret first and forgets the old one last, as in any rotation that is meant to be one.
            Accept(expected, $"secret-{i}");
            Replace($"secret-{i}");
            await walk.PassAsync(Interval);
            Forget(expected, i == 0 ? "one" : $"secret-{i - 1}");
            await walk.PassAsync(Interval * 2);
        }

        Assert.Equal(20, _answered);
        Assert.Equal(0, await pipeline.MetricAsync("stoker_scrape_failures_total"));
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Secret_OfTheServerChangesFirst_OnlyThoseFailThatTheOldOneFails(string argument, string expected)
    {
        await using Pipeline pipeline = await StartAsync(argument, expected, "one");
        SlotWalk walk = await WalkAsync(pipeline);
        await walk.PassAsync(Interval * 2);
        Forget(expected, "one");
        Accept(expected, "two");

        await walk.PassAsync(Interval);
        double failedBefore = await pipeline.MetricAsync("stoker_scrape_failures_total");
        Replace("two");
        await walk.PassAsync(Interval * 3);

        Assert.Equal(1, failedBefore);
        Assert.Equal(1, await pipeline.MetricAsync("stoker_scrape_failures_total"));
        Assert.Equal(5, _answered);
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task File_IsEmptyOrAwayForAMoment_NoScrapeFails(string argument, string expected)
    {
        await using Pipeline pipeline = await StartAsync(argument, expected, "one");
        SlotWalk walk = await WalkAsync(pipeline);
        await walk.PassAsync(Interval);
        Accept(expected, "two");
        await File.WriteAllTextAsync(SecretPath, "", TestContext.Current.CancellationToken);
        await walk.PassAsync(Interval);
        File.Delete(SecretPath);
        await walk.PassAsync(Interval);
        await File.WriteAllTextAsync(SecretPath, "two\n", TestContext.Current.CancellationToken);
        await walk.PassAsync(Interval);
        Forget(expected, "one");
        await walk.PassAsync(Interval);

        Assert.Equal(5, _answered);
        Assert.Equal(0, await pipeline.MetricAsync("stoker_scrape_failures_total"));
    }

    [Theory]
    [InlineData("bearer_token_file = \"{0}\"", "Bearer {0}")]
    [InlineData("basic_auth {{\n    username = \"ada\"\n    password_file = \"{0}\"\n  }}", "Basic ada:{0}")]
    public async Task File_StaysEmpty_FailsWithItsNameAndTheOldSecretIsNotSentOn(string argument, string expected)
    {
        await using Pipeline pipeline = await StartAsync(argument, expected, "one");
        SlotWalk walk = await WalkAsync(pipeline);
        await walk.PassAsync(Interval);
        await File.WriteAllTextAsync(SecretPath, "", TestContext.Current.CancellationToken);

        await walk.PassAsync(Interval * 10);

        // The scrapes of ten seconds, the first of them when the file was seen to be empty.
        Assert.Equal(1 + 5, _answered);
        Assert.Equal(5, await pipeline.MetricAsync("stoker_scrape_failures_total"));
        Assert.Contains($"{SecretPath}\\\" is empty", Shown.Of(pipeline.Component(Id)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task TokenServer_Refuses_IsNamedWithItsRemedyAndTheTargetIsNotAsked()
    {
        await using Pipeline pipeline = await StartAsync(
            "oauth2 {{\n    client_id = \"ada\"\n    client_secret_file = \"{0}\"\n    token_url = \"http://login/token\"\n  }}", "Bearer token-of-{0}", "one");
        Replace("wrong");
        SlotWalk walk = await WalkAsync(pipeline);

        await walk.PassAsync(Interval);

        string shown = Shown.Of(pipeline.Component(Id));
        Assert.Contains("oauth2: no token from http://login/token: status 401; with the credentials in the body: status 400; check client_id", shown, StringComparison.Ordinal);
        Assert.Contains("last_error_reason = \"oauth2\"", shown, StringComparison.Ordinal);
        Assert.Equal(0, _answered + _refused);
    }

    public void Dispose() => _folder.Delete(recursive: true);

    private async Task<Pipeline> StartAsync(string argument, string expected, string secret)
    {
        await File.WriteAllTextAsync(SecretPath, secret, TestContext.Current.CancellationToken);
        Accept(expected, secret);
        var pipeline = new Pipeline(
            $$"""
            pyroscope.scrape "one" {
              targets         = [{"__address__" = "target:1"}]
              forward_to      = []
              scrape_interval = "2s"
              {{string.Format(argument, SecretPath)}}
              profiling_config {
                profile.memory      { enabled = false }
                profile.block       { enabled = false }
                profile.mutex       { enabled = false }
                profile.process_cpu { enabled = false }
              }
            }
            """,
            new ScriptedHttpHandler(Answer));
        await pipeline.StartAsync();
        return pipeline;
    }

    private static Task<SlotWalk> WalkAsync(Pipeline pipeline) => SlotWalk.StartAsync(pipeline.PlanOf(Id).Scrapes, pipeline.Time);

    private HttpResponseMessage Answer(SeenRequest request)
    {
        string header = request.Headers.GetValueOrDefault("Authorization", "");
        string credential = header.StartsWith("Basic ", StringComparison.Ordinal)
            ? "Basic " + Encoding.UTF8.GetString(Convert.FromBase64String(header["Basic ".Length..]))
            : header;
        lock (_accepted)
        {
            if (request.Uri.Host == "login")
            {
                // It gives tokens for every secret that the target takes tokens of.
                string token = "token-of-" + credential[(credential.IndexOf(':', StringComparison.Ordinal) + 1)..];
                return _accepted.Contains("Bearer " + token)
                    ? Json(HttpStatusCode.OK, $"{{\"access_token\":\"{token}\",\"expires_in\":3600}}")
                    : Json(header.Length > 0 ? HttpStatusCode.Unauthorized : HttpStatusCode.BadRequest, "{}");
            }

            if (_accepted.Contains(credential))
            {
                _answered++;
                return ScriptedHttpHandler.Ok(Profile);
            }

            _refused++;
            return ScriptedHttpHandler.Answer(HttpStatusCode.Unauthorized, []);
        }
    }

    private static HttpResponseMessage Json(HttpStatusCode status, string json) =>
        new(status) { Content = new StringContent(json, MediaTypeHeaderValue.Parse("application/json")) };

    private void Accept(string expected, string secret)
    {
        lock (_accepted)
        {
            _accepted.Add(string.Format(expected, secret));
        }
    }

    private void Forget(string expected, string secret)
    {
        lock (_accepted)
        {
            _accepted.Remove(string.Format(expected, secret));
        }
    }

    private void Replace(string secret)
    {
        string next = SecretPath + ".next";
        File.WriteAllText(next, secret + "\n");
        File.Move(next, SecretPath, overwrite: true);
    }
}
