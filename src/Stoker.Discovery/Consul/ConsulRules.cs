using Stoker.Components.Arguments;
using Stoker.Http;

namespace Stoker.Discovery.Consul;

/// <summary>What the arguments must satisfy, beyond the rules of the HTTP client.</summary>
internal static class ConsulRules
{
    public static void Check(ConsulArguments arguments, ValidationContext context)
    {
        if (!ConsulServer.TryParse(arguments.Server, arguments.Scheme, out _, out string reason))
        {
            context.Error("server", $"server {reason}");
        }

        if (arguments.Scheme.Length == 0)
        {
            context.Error("scheme", "scheme is empty; leave it out for http");
        }

        PollInterval.Check(arguments.RefreshInterval, context, "refresh_interval");

        foreach (string service in arguments.Services.Where(service => !ConsulServices.CanBeAsked(service)).Distinct())
        {
            context.Error("services", service.Length == 0 ? "services holds an empty name" : $"\"{service}\" in services cannot be the name of a service");
        }

        CheckToken(arguments, context);
        CheckUser(arguments, context);
    }

    private static void CheckToken(ConsulArguments arguments, ValidationContext context)
    {
        if (arguments.Token.Content.Any(char.IsControl))
        {
            context.Error("token", "token holds a line break or another control character, which a header cannot carry");
        }

        if (arguments.Token.Content.Length > 0 && arguments.Http.HttpHeaders.Keys.Any(ConsulArguments.IsToken))
        {
            context.Error("token", "token and the header X-Consul-Token in http_headers are the same: only one of them can be provided");
        }
    }

    private static void CheckUser(ConsulArguments arguments, ValidationContext context)
    {
        string? written = arguments.Username.Length > 0 ? "username" : arguments.Password.Content.Length > 0 ? "password" : null;
        if (written is null)
        {
            return;
        }

        context.Warning(written, "username and password are deprecated; write basic_auth { username = ..., password = ... } instead");
        if (arguments.Username.Contains(':'))
        {
            context.Error("username", "a username with a colon cannot be sent: the server would take the rest of it for the password");
        }

        HttpClientArguments http = arguments.Http;
        string? other =
            http.BasicAuth is not null ? HttpClientArguments.BasicAuthName
            : http.Authorization is not null ? HttpClientArguments.AuthorizationName
            : http.OAuth2 is not null ? HttpClientArguments.OAuth2Name
            : http.BearerToken.Content.Length > 0 ? HttpClientArguments.BearerTokenName
            : http.BearerTokenFile.Length > 0 ? HttpClientArguments.BearerTokenFileName
            : null;
        if (other is not null)
        {
            context.Error(written, $"{written} cannot be used together with {other}: both make the same header");
        }
    }
}
