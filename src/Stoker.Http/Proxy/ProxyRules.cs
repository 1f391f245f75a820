using System.Net;

namespace Stoker.Http;

/// <summary>Which proxy a request goes through. Immutable and safe from several threads.</summary>
internal sealed class ProxyRules
{
    private readonly ProxyAddress? _forHttp;
    private readonly ProxyAddress? _forHttps;

    // Null where nothing is excluded, loopback included: a bare proxy_url takes all requests.
    private readonly ProxyExclusions? _exclusions;

    private ProxyRules(ProxyAddress? forHttp, ProxyAddress? forHttps, ProxyExclusions? exclusions, string source)
    {
        _forHttp = forHttp;
        _forHttps = forHttps;
        _exclusions = exclusions;
        Source = source;
    }

    /// <summary>Where the rules stand, as messages name it.</summary>
    public string Source { get; }

    /// <summary>True where no request goes through a proxy of another kind.</summary>
    public bool IsSocksOnly => (_forHttp is null or { IsSocks: true }) && (_forHttps is null or { IsSocks: true });

    /// <summary>The rules of the arguments, which were checked; null where every request goes straight to its host.</summary>
    public static ProxyRules? Create(ProxyArguments arguments, Func<string, string?> getEnvironmentVariable)
    {
        if (arguments.FromEnvironment)
        {
            ProxyAddress? forHttp = FromVariable("HTTP_PROXY", getEnvironmentVariable, out _);
            ProxyAddress? forHttps = FromVariable("HTTPS_PROXY", getEnvironmentVariable, out _);
            return forHttp is null && forHttps is null
                ? null
                : new ProxyRules(forHttp, forHttps, new ProxyExclusions(Read("NO_PROXY", getEnvironmentVariable) ?? ""), "HTTP_PROXY, HTTPS_PROXY and NO_PROXY in the environment");
        }

        return ProxyAddress.TryParse(arguments.ProxyUrl, out ProxyAddress? address, out _)
            ? new ProxyRules(address, address, arguments.NoProxy.Length > 0 ? new ProxyExclusions(arguments.NoProxy) : null, "proxy_url and no_proxy")
            : null;
    }

    /// <summary>What is wrong with a proxy that the environment names; null where nothing is.</summary>
    public static string? CheckVariable(string name, Func<string, string?> getEnvironmentVariable)
    {
        _ = FromVariable(name, getEnvironmentVariable, out string reason);
        return reason.Length > 0 ? $"the environment variable {name} {reason}" : null;
    }

    /// <summary>The proxy of a request; null where it goes straight to its host.</summary>
    public ProxyAddress? Find(Uri destination) => _exclusions is { } exclusions && exclusions.Match(destination) ? null : For(destination);

    /// <summary>What the SOCKS proxy of this address is told.</summary>
    public NetworkCredential? CredentialsOfSocks(Uri address) =>
        new[] { _forHttp, _forHttps }.FirstOrDefault(proxy => proxy is { IsSocks: true } && proxy.Address == address)?.Credentials;

    private static ProxyAddress? FromVariable(string name, Func<string, string?> getEnvironmentVariable, out string reason)
    {
        reason = "";

        // A CGI program gets the header Proxy of its caller as HTTP_PROXY, so there the variable cannot be trusted.
        bool forged = name == "HTTP_PROXY" && !string.IsNullOrEmpty(getEnvironmentVariable("REQUEST_METHOD"));
        if (forged || Read(name, getEnvironmentVariable) is not { } text)
        {
            return null;
        }

        return ProxyAddress.TryParse(text, out ProxyAddress? address, out reason) ? address : null;
    }

    private static string? Read(string name, Func<string, string?> getEnvironmentVariable) =>
        getEnvironmentVariable(name) is { Length: > 0 } upper ? upper
        : getEnvironmentVariable(name.ToLowerInvariant()) is { Length: > 0 } lower ? lower
        : null;

    private ProxyAddress? For(Uri destination) => destination.Scheme == Uri.UriSchemeHttps ? _forHttps : _forHttp;
}
