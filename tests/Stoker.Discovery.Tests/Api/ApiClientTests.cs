using Stoker.Discovery.Api;
using Stoker.Http;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests.Api;

public sealed class ApiClientTests
{
    private static readonly ApiEndpoint Endpoint = new(new Uri("http://there/base/"), null);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Get_OwnerThatEndsWhileTheConnectionBreaks_IsACancellation(bool inBody)
    {
        await using var run = new RunningSource();
        using var owner = new CancellationTokenSource();
        using var handler = new ScriptedHttpHandler((_, _) =>
        {
            if (inBody)
            {
                return Task.FromResult(new HttpResponseMessage { Content = new StreamContent(new BreakingStream(owner)) });
            }

            owner.Cancel();
            throw new HttpRequestException("closed");
        });
        using var client = new ApiClient(Endpoint, new HttpClientArguments(), run.Context with { HttpHandler = handler });
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => client.GetAsync("a?b=c", client.DeadlineIn(TimeSpan.FromSeconds(1)), ReadAllAsync, owner.Token));
        Assert.Equal("http://there/base/a?b=c", handler.Requests[0].Uri.AbsoluteUri);
    }

    [Fact]
    public async Task Get_ErrorBody_IsOneBoundedLineWithoutControlCharacters()
    {
        await using var run = new RunningSource();
        using var handler = new ScriptedHttpHandler(_ => ScriptedHttpHandler.Answer(
            System.Net.HttpStatusCode.BadGateway, [.. "a\r\n\u0007b\t "u8, 0xFF, .. System.Text.Encoding.UTF8.GetBytes(new string('x', 100_000))]));
        using var client = new ApiClient(Endpoint, new HttpClientArguments(), run.Context with { HttpHandler = handler });
        ApiResult<string> result = await client.GetAsync(
            "a?secret=b", client.DeadlineIn(TimeSpan.FromSeconds(1)), ReadAllAsync, TestContext.Current.CancellationToken);
        Assert.Equal("GET /a answered 502 Bad Gateway: a b \ufffd" + new string('x', 195) + "...", result.Failure);
    }

    private static async Task<string> ReadAllAsync(HttpResponseMessage response, Stream body, CancellationToken cancellationToken)
    {
        using var reader = new StreamReader(body);
        return await reader.ReadToEndAsync(cancellationToken);
    }

    /// <summary>Its owner ends, and then reading fails as that of a closed connection does.</summary>
    private sealed class BreakingStream(CancellationTokenSource owner) : MemoryStream([1])
    {
        public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
        {
            await owner.CancelAsync();
            throw new IOException("closed");
        }
    }
}
