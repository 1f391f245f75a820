using Stoker.Components.Arguments;
using Stoker.Http;

namespace Stoker.Scrape;

/// <summary>
/// Warns of the one credential that is sent to every target by habit: the token of the pod's own service account, which speaks to the cluster's API.
/// Other credentials over plain http are not warned of, because inside a cluster most targets have no TLS and the user has chosen a secret for them.
/// </summary>
internal static class ServiceAccountToken
{
    // The second is where the first leads on most systems.
    private static readonly string[] Folders = ["/var/run/secrets/kubernetes.io/", "/run/secrets/kubernetes.io/"];

    public static void Warn(ScrapeArguments arguments, ValidationContext context)
    {
        if (!arguments.Scheme.Equals(Uri.UriSchemeHttp, StringComparison.OrdinalIgnoreCase))
        {
            return;
        }

        Warn(HttpClientArguments.BearerTokenFileName, arguments.Http.BearerTokenFile, context);
        Warn($"{HttpClientArguments.AuthorizationName}/credentials_file", arguments.Http.Authorization?.CredentialsFile ?? "", context);
    }

    private static void Warn(string path, string file, ValidationContext context)
    {
        if (Folders.Any(folder => file.StartsWith(folder, StringComparison.Ordinal)))
        {
            context.Warning(
                path,
                "the token of this pod's service account goes to every target, and with scheme = \"http\" unencrypted: "
                + "whoever can become a target can act with its rights; set scheme = \"https\", or give the targets a credential of their own");
        }
    }
}
