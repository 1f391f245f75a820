using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>
/// The arguments of the HTTP client that pyroscope.scrape, the endpoints of pyroscope.write and the discovery components share. They are
/// squashed into the block that uses them. Immutable; equal when every value is, so that a reload can tell whether connections must be made anew.
/// </summary>
public sealed record HttpClientArguments
{
    public const string BasicAuthName = "basic_auth";
    public const string AuthorizationName = "authorization";
    public const string OAuth2Name = "oauth2";
    public const string BearerTokenName = "bearer_token";
    public const string BearerTokenFileName = "bearer_token_file";

    public BasicAuthArguments? BasicAuth { get; init; }

    public AuthorizationArguments? Authorization { get; init; }

    public OAuth2Arguments? OAuth2 { get; init; }

    public SecretValue BearerToken { get; init; } = ArgumentTypes.Secret.Zero;

    public string BearerTokenFile { get; init; } = "";

    public TlsArguments? Tls { get; init; }

    public ProxyArguments Proxy { get; init; } = new();

    /// <summary>Headers that every request to the configured host carries besides its own.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<SecretValue>> HttpHeaders { get; init; } = HeaderArguments.Map.Zero;

    public bool FollowRedirects { get; init; } = true;

    public bool EnableHttp2 { get; init; } = true;

    public static BlockSchema<HttpClientArguments> Schema { get; } = new BlockSchema<HttpClientArguments>(new HttpClientArguments())
        .Optional(BearerTokenFileName, ArgumentTypes.String, a => a.BearerTokenFile, (a, v) => a with { BearerTokenFile = v },
            "File containing the bearer token; read anew for every request.")
        .Optional(BearerTokenName, ArgumentTypes.Secret, a => a.BearerToken, (a, v) => a with { BearerToken = v },
            "Bearer token to authenticate with.")
        .Optional("enable_http2", ArgumentTypes.Bool, a => a.EnableHttp2, (a, v) => a with { EnableHttp2 = v },
            "Whether HTTP/2 is offered to https servers.")
        .Optional("follow_redirects", ArgumentTypes.Bool, a => a.FollowRedirects, (a, v) => a with { FollowRedirects = v },
            "Whether redirects of the server are followed.")
        .Optional("http_headers", HeaderArguments.Map, a => a.HttpHeaders, (a, v) => a with { HttpHeaders = v },
            "Headers to add to each request.")
        .Squash(ProxyArguments.Schema, a => a.Proxy, (a, v) => a with { Proxy = v })
        .Block(BasicAuthName, BasicAuthArguments.Schema, a => a.BasicAuth, (a, v) => a with { BasicAuth = v },
            "Basic authentication.")
        .Block(AuthorizationName, AuthorizationArguments.Schema, a => a.Authorization, (a, v) => a with { Authorization = v },
            "An Authorization header of any type.")
        .Block(OAuth2Name, OAuth2Arguments.Schema, a => a.OAuth2, (a, v) => a with { OAuth2 = v },
            "OAuth2 client credentials.")
        .Block(TlsArguments.BlockName, TlsArguments.Schema, a => a.Tls, (a, v) => a with { Tls = v },
            "TLS settings of the connections.")
        .Validate(HttpClientRules.Check);

    // The generated equality would compare the maps and lists by reference.
    public bool Equals(HttpClientArguments? other) => other is not null && Schema.AreEqual(this, other);

    public override int GetHashCode() => HashCode.Combine(BearerToken, BearerTokenFile, BasicAuth, Authorization, FollowRedirects, EnableHttp2);
}
