using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Stoker.TestKit.Pyroscope;

namespace Stoker.TestKit.OAuth2;

/// <summary>
/// Stands in for an OAuth2 authorization server: gives tokens to one client by the grant <c>client_credentials</c> (RFC 6749, 4.4), as strictly as the
/// RFC allows, and knows which tokens are good. Every path but <c>/token</c> is a protected target: it answers only to a good token. A test can script
/// any answer. Safe from several threads, settings included.
/// </summary>
public sealed class TokenServer : IAsyncDisposable
{
    private readonly Lock _lock = new();
    private readonly List<TokenRequest> _requests = [];
    private readonly List<string> _issued = [];
    private readonly Dictionary<string, DateTimeOffset> _good = [];
    private readonly Waiters _arrivalWaiters = new();
    private readonly CancellationTokenSource _stopping = new();
    private readonly TimeProvider _time;
    private readonly string _scheme;
    private WebApplication? _server;
    private int _arrivals;

    private TokenServer(TimeProvider time, string scheme) => (_time, _scheme) = (time, scheme);

    public int Port { get; private set; }

    public string TokenUrl => Url("/token");

    public string ClientId { get; set; } = "stoker";

    public string ClientSecret { get; set; } = "s3cret";

    /// <summary>How a client may prove who it is; another way is answered with 401 and <c>invalid_client</c>.</summary>
    public ClientAuthentication Accepts { get; set; } = ClientAuthentication.Header | ClientAuthentication.Body;

    /// <summary>The scopes that may be asked for, separated by spaces; null for any.</summary>
    public string? Scopes { get; set; }

    /// <summary>Parameters that must be there with just this value, such as an audience.</summary>
    public IReadOnlyDictionary<string, string> RequiredParameters { get; set; } = new Dictionary<string, string>();

    public string GrantType { get; set; } = "client_credentials";

    /// <summary>How long a token is good. Null for one that never ends, with no <c>expires_in</c> in the answer.</summary>
    public TimeSpan? Lifetime { get; set; } = TimeSpan.FromHours(1);

    public string TokenType { get; set; } = "Bearer";

    /// <summary>Asked first for each request for a token; null from it leaves the request to the checks.</summary>
    public Func<TokenRequest, TokenServerAnswer?>? Script { get; set; }

    /// <summary>What a protected path answers to a good token.</summary>
    public RequestDelegate Protected { get; set; } = http => http.Response.WriteAsync("ok");

    /// <summary>A copy of the requests for tokens that have been answered or given up so far, in that order.</summary>
    public IReadOnlyList<TokenRequest> Requests
    {
        get
        {
            lock (_lock)
            {
                return [.. _requests];
            }
        }
    }

    /// <summary>A copy of all tokens that were ever given, oldest first.</summary>
    public IReadOnlyList<string> Issued
    {
        get
        {
            lock (_lock)
            {
                return [.. _issued];
            }
        }
    }

    /// <param name="certificate">The server's certificate; null for plain http.</param>
    /// <param name="time">The clock by which tokens expire; the system's where it is left out.</param>
    /// <param name="clientCertificate">Where given, every client has to show a certificate that it takes.</param>
    public static async Task<TokenServer> StartAsync(
        X509Certificate2? certificate = null, TimeProvider? time = null, Func<X509Certificate2, bool>? clientCertificate = null)
    {
        var tokens = new TokenServer(time ?? TimeProvider.System, certificate is null ? "http" : "https");
        WebApplicationBuilder builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().UseKestrelHttpsConfiguration().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0, listen =>
        {
            if (certificate is null)
            {
                return;
            }

            listen.UseHttps(https =>
            {
                https.ServerCertificate = certificate;
                if (clientCertificate is not null)
                {
                    https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
                    https.ClientCertificateValidation = (client, _, _) => clientCertificate(client);
                }
            });
        }));
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromMilliseconds(100));
        WebApplication server = builder.Build();
        server.Run(tokens.ServeAsync);
        await server.StartAsync();
        tokens.Port = new Uri(server.Urls.Single()).Port;
        tokens._server = server;
        return tokens;
    }

    /// <summary>A URL of this server; every path but <c>/token</c> wants a good token.</summary>
    public string Url(string path = "/", string host = "127.0.0.1") => $"{_scheme}://{host}:{Port}{path}";

    /// <summary>True for a token that was given here, has not expired and was not revoked.</summary>
    public bool IsValid(string token)
    {
        lock (_lock)
        {
            return _good.TryGetValue(token, out DateTimeOffset until) && until > _time.GetUtcNow();
        }
    }

    /// <summary>Takes back every token that was given so far.</summary>
    public void RevokeAll()
    {
        lock (_lock)
        {
            _good.Clear();
        }
    }

    /// <summary>Completes as soon as so many requests for a token have come in all, answered or not.</summary>
    public Task WaitForRequestsAsync(int count)
    {
        lock (_lock)
        {
            return _arrivalWaiters.WaitFor(count, _arrivals);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _stopping.CancelAsync();
        if (_server is { } server)
        {
            await server.StopAsync();
            await server.DisposeAsync();
        }
    }

    private async Task ServeAsync(HttpContext http)
    {
        using var ended = CancellationTokenSource.CreateLinkedTokenSource(http.RequestAborted, _stopping.Token);
        try
        {
            await (http.Request.Path == "/token" ? GiveTokenAsync(http, ended.Token) : ServeProtectedAsync(http));
        }
        catch (OperationCanceledException)
        {
            // The client has gone, or the server stops.
            http.Abort();
        }
    }

    private async Task ServeProtectedAsync(HttpContext http)
    {
        string header = http.Request.Headers.Authorization.ToString();
        if (header.StartsWith("Bearer ", StringComparison.Ordinal) && IsValid(header["Bearer ".Length..]))
        {
            await Protected(http);
            return;
        }

        http.Response.StatusCode = StatusCodes.Status401Unauthorized;
        http.Response.Headers.WWWAuthenticate = header.Length == 0 ? "Bearer" : "Bearer error=\"invalid_token\"";
    }

    private async Task GiveTokenAsync(HttpContext http, CancellationToken ended)
    {
        (TokenRequest request, string? fault) = await TokenRequestReader.ReadAsync(http.Request, ended);
        lock (_lock)
        {
            _arrivalWaiters.Reach(++_arrivals);
        }

        TokenServerAnswer? answer = Script?.Invoke(request);
        if (answer?.After is { } after)
        {
            await WaitAsync(after, request, ended);
        }

        if (answer is null or { IsServersOwn: true })
        {
            answer = Judge(request, fault);
        }

        Record(request with { Status = answer.Status });
        http.Response.StatusCode = answer.Status;
        http.Response.ContentType = answer.ContentType;
        foreach ((string name, string value) in answer.Headers)
        {
            http.Response.Headers[name] = value;
        }

        if (answer.Drips)
        {
            await http.Response.Body.WriteAsync("{"u8.ToArray(), ended);
            await http.Response.Body.FlushAsync(ended);
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, ended);
        }

        await http.Response.Body.WriteAsync(answer.Body, ended);
    }

    private async Task WaitAsync(Task after, TokenRequest request, CancellationToken ended)
    {
        try
        {
            await after.WaitAsync(ended);
        }
        catch (OperationCanceledException)
        {
            Record(request);
            throw;
        }
    }

    private void Record(TokenRequest request)
    {
        lock (_lock)
        {
            _requests.Add(request);
        }
    }

    private TokenServerAnswer Judge(TokenRequest request, string? fault)
    {
        if (fault is not null)
        {
            return TokenServerAnswer.Error("invalid_request", fault, request.Method == "POST" ? 400 : 405);
        }

        if ((request.Authentication & Accepts) == 0 || request.ClientId != ClientId || request.Secret != ClientSecret)
        {
            return TokenServerAnswer.Error("invalid_client", "Client authentication failed.", 401).With("WWW-Authenticate", "Basic realm=\"tokens\"");
        }

        if (request.Parameters.GetValueOrDefault("grant_type") != GrantType)
        {
            return TokenServerAnswer.Error("unsupported_grant_type");
        }

        string scope = request.Parameters.GetValueOrDefault("scope", "");
        if (Scopes is { } scopes && scope.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(scopes.Split(' ')).Any())
        {
            return TokenServerAnswer.Error("invalid_scope", $"not in \"{scopes}\"");
        }

        return RequiredParameters.Any(required => request.Parameters.GetValueOrDefault(required.Key) != required.Value)
            ? TokenServerAnswer.Error("invalid_request", "a parameter is missing")
            : Issue(scope);
    }

    private TokenServerAnswer Issue(string scope)
    {
        string token = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        lock (_lock)
        {
            _issued.Add(token);
            _good[token] = Lifetime is { } lifetime ? _time.GetUtcNow() + lifetime : DateTimeOffset.MaxValue;
        }

        var answer = new Dictionary<string, object> { ["access_token"] = token, ["token_type"] = TokenType };
        if (Lifetime is { } seconds)
        {
            answer["expires_in"] = (long)seconds.TotalSeconds;
        }

        if (scope.Length > 0)
        {
            answer["scope"] = scope;
        }

        return TokenServerAnswer.Json(JsonSerializer.Serialize(answer)).With("Cache-Control", "no-store");
    }
}
