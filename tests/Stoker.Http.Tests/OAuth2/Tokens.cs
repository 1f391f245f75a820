using Microsoft.Extensions.Logging;
using Stoker.TestKit.OAuth2;
using static Stoker.Http.Tests.Client;

namespace Stoker.Http.Tests.OAuth2;

/// <summary>Clients of a token server, and what tests ask of them.</summary>
internal static class Tokens
{
    public static HttpClientArguments Arguments(TokenServer server, Func<OAuth2Arguments, OAuth2Arguments>? change = null)
    {
        var oauth2 = new OAuth2Arguments { ClientId = server.ClientId, ClientSecret = Secret(server.ClientSecret), TokenUrl = server.TokenUrl };
        return new HttpClientArguments { OAuth2 = change is null ? oauth2 : change(oauth2) };
    }

    public static HttpMessageInvoker Connect(TokenServer server, TimeProvider? time = null, ILogger? logger = null) =>
        Create(Arguments(server), time: time, logger: logger);

    /// <summary>The status of one GET of a protected target of the server.</summary>
    public static async Task<int> StatusAsync(this HttpMessageInvoker client, TokenServer server)
    {
        using HttpResponseMessage response = await client.GetAsync(server.Url("/debug/pprof/heap"));
        return (int)response.StatusCode;
    }

    /// <summary>The failure of one GET that got no token.</summary>
    public static Task<TokenException> FailureAsync(this HttpMessageInvoker client, TokenServer server) =>
        Assert.ThrowsAsync<TokenException>(() => client.GetAsync(server.Url("/debug/pprof/heap")));

    /// <summary>Asks again and again until a request does what is waited for; what runs beside it needs no clock.</summary>
    public static async Task UntilAsync(Func<Task<bool>> condition)
    {
        using var bound = new CancellationTokenSource(TimeSpan.FromSeconds(30), TimeProvider.System);
        while (!await condition())
        {
            bound.Token.ThrowIfCancellationRequested();
            await Task.Yield();
        }
    }
}
