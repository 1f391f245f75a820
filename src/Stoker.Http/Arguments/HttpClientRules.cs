using Stoker.Components.Arguments;

namespace Stoker.Http;

/// <summary>
/// What the arguments must satisfy together. All rules stand here and none in the inner blocks' schemas, so that a mistake in one block does
/// not hide those in another.
/// </summary>
internal static class HttpClientRules
{
    public static void Check(HttpClientArguments arguments, ValidationContext context)
    {
        CheckOneCredential(arguments, context);
        CheckBasicAuth(arguments.BasicAuth, context);
        CheckAuthorization(arguments.Authorization, context);
        CheckBearer(arguments, context);
        CheckOAuth2(arguments.OAuth2, context);
        CheckProxy(arguments.Proxy, "", context);
        HeaderArguments.Check("http_headers", arguments.HttpHeaders, refuseReserved: true, context);
        if (arguments.Tls is { } tls)
        {
            TlsRules.Check(tls, TlsArguments.BlockName, context);
            if (tls.ServerName.Length > 0 && IsSocks(arguments.Proxy))
            {
                context.Warning(
                    "tls_config/server_name",
                    "through a SOCKS proxy, the certificate is checked against server_name, but the server is still asked for the name in the URL");
            }
        }
    }

    private static bool IsSocks(ProxyArguments proxy) => ProxyAddress.TryParse(proxy.ProxyUrl, out ProxyAddress? address, out _) && address.IsSocks;

    private static void CheckOneCredential(HttpClientArguments arguments, ValidationContext context)
    {
        string[] set =
        [
            .. new (string Name, bool IsSet)[]
            {
                (HttpClientArguments.AuthorizationName, arguments.Authorization is not null),
                (HttpClientArguments.BasicAuthName, arguments.BasicAuth is not null),
                (HttpClientArguments.BearerTokenName, arguments.BearerToken.Content.Length > 0),
                (HttpClientArguments.BearerTokenFileName, arguments.BearerTokenFile.Length > 0),
                (HttpClientArguments.OAuth2Name, arguments.OAuth2 is not null),
            }
            .Where(credential => credential.IsSet)
            .Select(credential => credential.Name)
            .OrderBy(name => context.PlaceOf(name).Start),
        ];
        foreach (string name in set.Skip(1))
        {
            context.Error(name, $"{name} cannot be used together with {set[0]}: at most one of authorization, basic_auth, bearer_token, bearer_token_file and oauth2 can be provided");
        }
    }

    private static void CheckBasicAuth(BasicAuthArguments? basicAuth, ValidationContext context)
    {
        if (basicAuth is null)
        {
            return;
        }

        Exclusive(HttpClientArguments.BasicAuthName, "password", basicAuth.Password.Content, "password_file", basicAuth.PasswordFile, context);
        if (basicAuth.Username.Contains(':'))
        {
            context.Error("basic_auth/username", "a username with a colon cannot be sent: the server would take the rest of it for the password");
        }
    }

    private static void CheckAuthorization(AuthorizationArguments? authorization, ValidationContext context)
    {
        if (authorization is null)
        {
            return;
        }

        string credentials = authorization.Credentials.Content;
        Exclusive(HttpClientArguments.AuthorizationName, "credentials", credentials, "credentials_file", authorization.CredentialsFile, context);
        if (authorization.Scheme.Equals("basic", StringComparison.OrdinalIgnoreCase))
        {
            context.Error("authorization/type", $"authorization type cannot be \"{authorization.Scheme}\"; use a basic_auth block for it");
        }
        else if (!HeaderArguments.IsValidValue(authorization.Scheme))
        {
            context.Error("authorization/type", "the authorization type holds a line break or another control character");
        }

        CheckCredential("authorization/credentials", credentials, context);
        if (credentials.Length == 0 && authorization.CredentialsFile.Length == 0)
        {
            context.Warning(HttpClientArguments.AuthorizationName, "authorization has neither credentials nor credentials_file, so that only its type is sent");
        }
    }

    private static void CheckBearer(HttpClientArguments arguments, ValidationContext context) =>
        CheckCredential(HttpClientArguments.BearerTokenName, arguments.BearerToken.Content, context);

    private static void CheckCredential(string path, string content, ValidationContext context)
    {
        if (!HeaderArguments.IsValidValue(content.Trim()))
        {
            context.Error(path, $"{NameIn(path)} holds a line break or another control character, which a header cannot carry");
        }
    }

    private static void CheckOAuth2(OAuth2Arguments? oauth2, ValidationContext context)
    {
        if (oauth2 is null)
        {
            return;
        }

        const string block = HttpClientArguments.OAuth2Name;
        if (oauth2.ClientId.Length == 0)
        {
            context.Error(block + "/client_id", "oauth2 needs a client_id");
        }

        if (oauth2.TokenUrl.Length == 0)
        {
            context.Error(block + "/token_url", "oauth2 needs a token_url");
        }
        else if (!Uri.TryCreate(oauth2.TokenUrl, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
        {
            context.Error(block + "/token_url", "token_url should be a whole URL with http or https, such as \"https://login.example/token\"");
        }

        string secret = oauth2.ClientSecret.Content;
        Exclusive(block, "client_secret", secret, "client_secret_file", oauth2.ClientSecretFile, context);
        if (secret.Length == 0 && oauth2.ClientSecretFile.Length == 0)
        {
            context.Error(block, "oauth2 needs client_secret or client_secret_file");
        }

        CheckEndpointParams(oauth2, block + "/endpoint_params", context);
        CheckProxy(oauth2.Proxy, block + "/", context);
        if (oauth2.Tls is { } tls)
        {
            TlsRules.Check(tls, $"{block}/{TlsArguments.BlockName}", context);
        }
    }

    // A grant_type there takes the place of ours, for servers that know it under another name.
    private static void CheckEndpointParams(OAuth2Arguments oauth2, string path, ValidationContext context)
    {
        IReadOnlyDictionary<string, string> parameters = oauth2.EndpointParams;
        if (parameters.ContainsKey("scope") && oauth2.Scopes.Count > 0)
        {
            context.Error(path, "endpoint_params cannot hold \"scope\" together with scopes; add it to scopes");
        }

        if (parameters.ContainsKey("client_secret"))
        {
            context.Error(path, "endpoint_params cannot hold \"client_secret\", which would show it; use client_secret or client_secret_file");
        }

        if (parameters.TryGetValue("client_id", out string? id) && id != oauth2.ClientId)
        {
            context.Error(path, "endpoint_params cannot hold another \"client_id\" than the argument client_id");
        }
    }

    private static void CheckProxy(ProxyArguments proxy, string prefix, ValidationContext context)
    {
        bool hasUrl = proxy.ProxyUrl.Length > 0;
        if (proxy.FromEnvironment && hasUrl)
        {
            context.Error(prefix + "proxy_url", "proxy_url cannot be used together with proxy_from_environment");
        }

        if (proxy.FromEnvironment && proxy.NoProxy.Length > 0)
        {
            context.Error(prefix + "no_proxy", "no_proxy cannot be used together with proxy_from_environment; set the variable NO_PROXY instead");
        }
        else if (proxy.NoProxy.Length > 0 && !hasUrl)
        {
            context.Error(prefix + "no_proxy", "no_proxy needs proxy_url");
        }

        foreach (string entry in ProxyExclusions.FindMistakes(proxy.NoProxy))
        {
            context.Warning(prefix + "no_proxy", $"\"{entry}\" in no_proxy is no network in CIDR notation and matches nothing");
        }

        if (proxy.FromEnvironment)
        {
            CheckEnvironment(prefix, context);
        }

        if (proxy.ConnectHeader.Count == 0)
        {
            return;
        }

        if (!hasUrl && !proxy.FromEnvironment)
        {
            context.Error(prefix + "proxy_connect_header", "proxy_connect_header needs proxy_url or proxy_from_environment");
        }

        HeaderArguments.Check(prefix + "proxy_connect_header", proxy.ConnectHeader, refuseReserved: false, context);
        foreach (string name in proxy.ConnectHeader.Keys.Where(ConnectTunnel.OwnHeaders.Contains))
        {
            context.Warning(prefix + "proxy_connect_header", $"the request for a tunnel sets \"{name}\" itself; the value in proxy_connect_header is not sent");
        }
    }

    private static void CheckEnvironment(string prefix, ValidationContext context)
    {
        foreach (string name in (string[])["HTTP_PROXY", "HTTPS_PROXY"])
        {
            if (ProxyRules.CheckVariable(name, Environment.GetEnvironmentVariable) is { } mistake)
            {
                context.Error(prefix + "proxy_from_environment", mistake);
            }
        }
    }

    internal static void Exclusive(string block, string first, string firstValue, string second, string secondValue, ValidationContext context)
    {
        if (firstValue.Length == 0 || secondValue.Length == 0)
        {
            return;
        }

        // The later one of the two is the one to take out.
        string later = context.PlaceOf($"{block}/{first}").Start > context.PlaceOf($"{block}/{second}").Start ? first : second;
        context.Error($"{block}/{later}", $"{first} and {second} are mutually exclusive: only one of them can be provided");
    }

    private static string NameIn(string path) => path[(path.LastIndexOf('/') + 1)..];
}
