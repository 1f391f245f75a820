using Stoker.Delivery.Write;
using Stoker.Http;
using Stoker.Syntax.Values;
using Stoker.TestKit;
using Stoker.TestKit.OAuth2;
using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests.Write;

/// <summary>Pushes that need an OAuth2 token.</summary>
public sealed class TokenTests
{
    [Fact]
    public async Task TokenServer_Refuses_IsNamedWithItsRemedyAndThePushIsKept()
    {
        await using TokenServer tokens = await TokenServer.StartAsync();
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        tokens.Scopes = "none";
        await using Running write = Write.To(server, endpoint => WithTokens(endpoint, tokens) with { MaxPushesInFlight = 1 });

        write.Accept();
        await write.LoggedAsync(Events.EndpointFailing);

        LogLine failing = Assert.Single(write.Log.Of(Events.EndpointFailing));
        Assert.Equal($"oauth2: no token from {tokens.TokenUrl}: status 400, invalid_scope: not in \"none\"", failing["error"]);
        Assert.StartsWith("check scopes; the profiles are kept", failing["remedy"], StringComparison.Ordinal);
        Assert.Contains($"no token from {tokens.TokenUrl}", write.Health, StringComparison.Ordinal);
        Assert.Empty(server.Requests);

        tokens.Scopes = null;
        await write.AdvanceAsync(TimeSpan.FromMinutes(1));
        await write.LoggedAsync(Events.ProfileDelivered);
        Assert.Equal("Bearer " + Assert.Single(tokens.Issued), Assert.Single(server.Accepted).Headers["Authorization"]);
    }

    [Fact]
    public async Task TokenServer_Hangs_IsNamedThoughThePushRanOutOfTime()
    {
        await using TokenServer tokens = await TokenServer.StartAsync();
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        tokens.Script = _ => TokenServerAnswer.Hang;
        await using Running write = Write.To(
            server, endpoint => WithTokens(endpoint, tokens) with { RemoteTimeout = TimeSpan.FromSeconds(8), MaxPushesInFlight = 1 });

        write.Accept();
        await Running.Bounded(tokens.WaitForRequestsAsync(1));
        write.Time.Advance(TimeSpan.FromSeconds(8));
        await write.LoggedAsync(Events.EndpointFailing);

        Assert.StartsWith(
            $"oauth2: no token from {tokens.TokenUrl}: it had not answered",
            Assert.Single(write.Log.Of(Events.EndpointFailing))["error"],
            StringComparison.Ordinal);
        Assert.Equal(1, write.Count("queued"));
    }

    [Fact]
    public async Task Server_RefusesTheToken_ThePushIsRepeatedWithAnotherAndNothingFails()
    {
        await using TokenServer tokens = await TokenServer.StartAsync();
        await using PyroscopeStandIn server = await PyroscopeStandIn.StartAsync();
        server.Script = push => tokens.IsValid(push.Headers["Authorization"]["Bearer ".Length..]) ? null : StandInAnswer.Plain(401);
        await using Running write = Write.To(server, endpoint => WithTokens(endpoint, tokens));
        write.Accept("one");
        await write.LoggedAsync(Events.ProfileDelivered);

        tokens.RevokeAll();
        write.Accept("two");
        await write.LoggedAsync(Events.ProfileDelivered, 2);

        Assert.Equal(2, tokens.Issued.Count);
        Assert.Equal(2, server.AcceptedCount);
        Assert.Empty(write.Log.Of(Events.PushFailed));
    }

    private static EndpointArguments WithTokens(EndpointArguments endpoint, TokenServer tokens) => endpoint with
    {
        HttpClient = new HttpClientArguments
        {
            OAuth2 = new OAuth2Arguments
            {
                ClientId = tokens.ClientId,
                ClientSecret = new SecretValue(tokens.ClientSecret),
                TokenUrl = tokens.TokenUrl,
                Scopes = ["write"],
            },
        },
    };
}
