using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Http;

/// <summary>The proxy arguments of the client itself and of its <c>oauth2</c> block.</summary>
public sealed record ProxyArguments
{
    /// <summary>The URL as it was written, which may hold a password; empty for none.</summary>
    public string ProxyUrl { get; init; } = "";

    public string NoProxy { get; init; } = "";

    public bool FromEnvironment { get; init; }

    public IReadOnlyDictionary<string, IReadOnlyList<SecretValue>> ConnectHeader { get; init; } = HeaderArguments.Map.Zero;

    public static BlockSchema<ProxyArguments> Schema { get; } = new BlockSchema<ProxyArguments>(new ProxyArguments())
        .Optional("proxy_url", new ProxyUrlArgument(), a => a.ProxyUrl, (a, v) => a with { ProxyUrl = v },
            "The proxy to send requests through.")
        .Optional("no_proxy", ArgumentTypes.String, a => a.NoProxy, (a, v) => a with { NoProxy = v },
            "Comma-separated addresses, networks in CIDR notation and domain names that are reached without the proxy.")
        .Optional("proxy_from_environment", ArgumentTypes.Bool, a => a.FromEnvironment, (a, v) => a with { FromEnvironment = v },
            "Takes the proxy from the environment variables HTTP_PROXY, HTTPS_PROXY and NO_PROXY.")
        .Optional("proxy_connect_header", HeaderArguments.Map, a => a.ConnectHeader, (a, v) => a with { ConnectHeader = v },
            "Headers to send to the proxy with CONNECT requests.");

    // The generated text would show the password that may stand in proxy_url.
    public override string ToString() => nameof(ProxyArguments);
}
