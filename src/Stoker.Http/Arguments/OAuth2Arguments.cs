using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>The block <c>oauth2</c>: the client credentials grant.</summary>
public sealed record OAuth2Arguments
{
    private static readonly ArgumentType<IReadOnlyDictionary<string, string>> ParameterMap = ArgumentTypes.Map(ArgumentTypes.String);

    public string ClientId { get; init; } = "";

    public SecretValue ClientSecret { get; init; } = ArgumentTypes.Secret.Zero;

    public string ClientSecretFile { get; init; } = "";

    public IReadOnlyDictionary<string, string> EndpointParams { get; init; } = ParameterMap.Zero;

    public IReadOnlyList<string> Scopes { get; init; } = [];

    public string TokenUrl { get; init; } = "";

    public ProxyArguments Proxy { get; init; } = new();

    public TlsArguments? Tls { get; init; }

    // client_id and token_url are required, which the rules check, so that one report holds whatever else is wrong beside them.
    public static BlockSchema<OAuth2Arguments> Schema { get; } = new BlockSchema<OAuth2Arguments>(new OAuth2Arguments())
        .Optional("client_id", ArgumentTypes.String, a => a.ClientId, (a, v) => a with { ClientId = v },
            "The client's identifier. Required inside the block.")
        .Optional("client_secret_file", ArgumentTypes.String, a => a.ClientSecretFile, (a, v) => a with { ClientSecretFile = v },
            "File containing the client's secret.")
        .Optional("client_secret", ArgumentTypes.Secret, a => a.ClientSecret, (a, v) => a with { ClientSecret = v },
            "The client's secret.")
        .Optional("endpoint_params", ParameterMap, a => a.EndpointParams, (a, v) => a with { EndpointParams = v },
            "Parameters to add to the request for a token.")
        .Squash(ProxyArguments.Schema, a => a.Proxy, (a, v) => a with { Proxy = v })
        .Optional("scopes", ArgumentTypes.List(ArgumentTypes.String), a => a.Scopes, (a, v) => a with { Scopes = v },
            "The scopes to ask for.")
        .Optional("token_url", new TokenUrlArgument(), a => a.TokenUrl, (a, v) => a with { TokenUrl = v },
            "The URL that gives tokens. Required inside the block.")
        .Block(TlsArguments.BlockName, TlsArguments.Schema, a => a.Tls, (a, v) => a with { Tls = v },
            "TLS settings of the connections to the token URL.");

    // The generated text would show the password that may stand in token_url.
    public override string ToString() => nameof(OAuth2Arguments);
}
