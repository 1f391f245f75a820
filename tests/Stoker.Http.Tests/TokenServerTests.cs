using System.Net;
using System.Text;
using Stoker.TestKit;
using Stoker.TestKit.OAuth2;

namespace Stoker.Http.Tests;

/// <summary>The token server of the tests refuses what a strict one refuses; otherwise the tests that use it would prove little.</summary>
public sealed class TokenServerTests
{
    private const string Form = "application/x-www-form-urlencoded";
    private const string Good = "grant_type=client_credentials";

    public static TheoryData<string, string?, string, string, HttpStatusCode, string> Requests { get; } = new()
    {
        { "in the header", "stoker:s3+%2Fcret", Good, Form, HttpStatusCode.OK, "access_token" },
        { "in the body", null, Good + "&client_id=stoker&client_secret=s3+%2Fcret", Form, HttpStatusCode.OK, "access_token" },
        { "in both", "stoker:s3+%2Fcret", Good + "&client_id=stoker&client_secret=s3+%2Fcret", Form, HttpStatusCode.BadRequest, "in two ways" },
        { "not in form encoding", "stoker:s3 /cret:x", Good, Form, HttpStatusCode.BadRequest, "no basic authentication" },
        { "other secret", "stoker:other", Good, Form, HttpStatusCode.Unauthorized, "invalid_client" },
        { "no client", null, Good, Form, HttpStatusCode.Unauthorized, "invalid_client" },
        { "other grant", "stoker:s3+%2Fcret", "grant_type=password", Form, HttpStatusCode.BadRequest, "unsupported_grant_type" },
        { "other scope", "stoker:s3+%2Fcret", Good + "&scope=read+admin", Form, HttpStatusCode.BadRequest, "invalid_scope" },
        { "scopes", "stoker:s3+%2Fcret", Good + "&scope=read+write", Form, HttpStatusCode.OK, "read write" },
        { "twice", "stoker:s3+%2Fcret", Good + "&" + Good, Form, HttpStatusCode.BadRequest, "twice" },
        { "JSON", "stoker:s3+%2Fcret", "{}", "application/json", HttpStatusCode.BadRequest, "content type" },
    };

    [Theory]
    [MemberData(nameof(Requests))]
    public async Task Token_Request_IsJudged(string name, string? basic, string body, string contentType, HttpStatusCode expected, string says)
    {
        await using TokenServer server = await TokenServer.StartAsync();
        (server.ClientSecret, server.Scopes) = ("s3 /cret", "read write");
        using var client = new HttpClient();
        using var request = new HttpRequestMessage(HttpMethod.Post, server.TokenUrl) { Content = new StringContent(body, Encoding.UTF8, contentType) };
        if (basic is not null)
        {
            request.Headers.Authorization = new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(basic)));
        }

        using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);

        string answer = await response.Content.ReadAsStringAsync(TestContext.Current.CancellationToken);
        Assert.True(expected == response.StatusCode, $"{name}: {response.StatusCode} {answer}");
        Assert.Contains(says, answer, StringComparison.Ordinal);
        Assert.Equal(expected == HttpStatusCode.OK ? 1 : 0, server.Issued.Count);
        Assert.Equal((int)expected, Assert.Single(server.Requests).Status);
    }

    [Fact]
    public async Task Protected_AnswersOnlyToATokenThatIsGood()
    {
        var time = new ManualTimeProvider();
        await using TokenServer server = await TokenServer.StartAsync(time: time);
        using var client = new HttpClient();
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(null));
        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync("made-up"));
        using HttpResponseMessage given = await client.PostAsync(
            server.TokenUrl,
            new FormUrlEncodedContent([new("grant_type", "client_credentials"), new("client_id", "stoker"), new("client_secret", "s3cret")]),
            TestContext.Current.CancellationToken);
        string token = Assert.Single(server.Issued);
        Assert.Equal(HttpStatusCode.OK, await AskAsync(token));

        time.Advance(TimeSpan.FromHours(1));

        Assert.Equal(HttpStatusCode.Unauthorized, await AskAsync(token));
        Assert.False(server.IsValid(token));

        async Task<HttpStatusCode> AskAsync(string? bearer)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, server.Url("/debug/pprof/heap"));
            request.Headers.Authorization = bearer is null ? null : new("Bearer", bearer);
            using HttpResponseMessage response = await client.SendAsync(request, TestContext.Current.CancellationToken);
            return response.StatusCode;
        }
    }
}
