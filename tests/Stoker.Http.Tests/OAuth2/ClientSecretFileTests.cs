using Stoker.TestKit;
using Stoker.TestKit.OAuth2;
using static Stoker.Http.Tests.Client;
using static Stoker.Http.Tests.OAuth2.Tokens;

namespace Stoker.Http.Tests.OAuth2;

/// <summary>The client's secret in a file: a changed one means a new token.</summary>
public sealed class ClientSecretFileTests : IDisposable
{
    private readonly ManualTimeProvider _time = new();
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Secret_Changes_ANewTokenIsGotWithIt()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Connect(server, " s3cret\n");
        Assert.Equal(200, await client.StatusAsync(server));
        (server.ClientSecret, string before) = ("second", server.ClientSecret);
        Replace("second");

        await UntilAsync(async () => await client.StatusAsync(server) == 200 && server.Issued.Count == 2);

        Assert.Equal([before, "second"], server.Requests.Select(request => request.Secret));
    }

    [Fact]
    public async Task Secret_ChangesAndOldTokensEndAtOnce_NoRequestFails()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Connect(server, "s3cret");
        Assert.Equal(200, await client.StatusAsync(server));
        server.RevokeAll();
        Assert.Equal(200, await client.StatusAsync(server));

        // The second end within a minute, and this time the new token takes a while.
        server.RevokeAll();
        server.ClientSecret = "second";
        Replace("second");
        var gate = new TaskCompletionSource();
        server.Script = _ => TokenServerAnswer.Slow(gate.Task);
        Task<int> request = client.StatusAsync(server);
        await server.WaitForRequestsAsync(3).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        gate.SetResult();

        Assert.Equal(200, await request);
    }

    [Fact]
    public async Task Secret_ThatTheServerDoesNotKnowYet_ThePresentTokenServesOn()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        var log = new CapturingLogger();
        using HttpMessageInvoker client = Connect(server, "s3cret", log);
        Assert.Equal(200, await client.StatusAsync(server));
        Replace("second");

        Assert.Equal(200, await client.StatusAsync(server));
        await log.WaitForAsync(6000).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
        Assert.Equal(200, await client.StatusAsync(server));
        server.ClientSecret = "second";
        _time.Advance(TimeSpan.FromSeconds(1));
        await UntilAsync(async () => await client.StatusAsync(server) == 200 && server.Issued.Count == 2);
    }

    [Fact]
    public async Task Secret_IsCorrectedAfterARefusal_IsTriedAtOnce()
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Connect(server, "wrong");
        Assert.Contains("invalid_client", (await client.FailureAsync(server)).Message, StringComparison.Ordinal);

        Replace("s3cret");

        Assert.Equal(200, await client.StatusAsync(server));
    }

    [Theory]
    [InlineData(null, "does not exist")]
    [InlineData("", "is empty")]
    [InlineData("two\nlines", "several")]
    public async Task File_IsBad_FailsNamingItOnlyWhereATokenIsNeeded(string? content, string reason)
    {
        await using TokenServer server = await TokenServer.StartAsync(time: _time);
        using HttpMessageInvoker client = Connect(server, content);

        TokenException failure = await client.FailureAsync(server);

        Assert.StartsWith(
            $"oauth2: no token from {server.TokenUrl}: client_secret_file \"{_folder.PathOf("secret")}\"", failure.Message, StringComparison.Ordinal);
        Assert.Contains(reason, failure.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("lines", failure.ToString(), StringComparison.Ordinal);
        Assert.Empty(server.Requests);

        Replace("s3cret");
        Assert.Equal(200, await client.StatusAsync(server));
        File.Delete(_folder.PathOf("secret"));
        _time.Advance(TimeSpan.FromMinutes(5));
        Assert.Equal(200, await client.StatusAsync(server));
        _time.Advance(TimeSpan.FromHours(1));
        Assert.Contains("does not exist", (await client.FailureAsync(server)).Message, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private HttpMessageInvoker Connect(TokenServer server, string? content, CapturingLogger? log = null)
    {
        string path = content is null ? _folder.PathOf("secret") : _folder.Write("secret", content);
        return Create(
            Arguments(server, oauth2 => oauth2 with { ClientSecret = Secret(""), ClientSecretFile = path }), time: _time, logger: log);
    }

    private void Replace(string secret) => File.Move(_folder.Write("secret.next", secret), _folder.PathOf("secret"), overwrite: true);
}
