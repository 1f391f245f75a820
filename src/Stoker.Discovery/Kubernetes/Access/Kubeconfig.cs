using System.Text;
using Stoker.Http;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// The current context of a kubeconfig file (Kubernetes, "kubeconfig (v1)"): its cluster and its user. Paths in it are relative to its
/// folder.
/// </summary>
internal sealed record Kubeconfig(ApiServerSettings Settings, ExecPlugin? Exec)
{
    /// <exception cref="HttpRequestException">The file is no kubeconfig that can be used; the message says why.</exception>
    public static Kubeconfig Parse(string path, string text)
    {
        string what = $"kubeconfig_file \"{path}\"";
        var root = YamlTree.Parse(what, text);
        string contextName = root["current-context"].Text;
        if (contextName.Length == 0)
        {
            throw new HttpRequestException($"{what} has no current-context: choose one with \"kubectl config use-context\"");
        }

        YamlTree context = Named(what, root, "contexts", contextName)["context"];
        YamlTree cluster = Named(what, root, "clusters", context["cluster"].Text)["cluster"];
        string userName = context["user"].Text;
        YamlTree user = userName.Length > 0 ? Named(what, root, "users", userName)["user"] : YamlTree.Empty;
        string folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? "/";
        return new Reading(what, folder, cluster, user).Read();
    }

    private static YamlTree Named(string what, YamlTree root, string list, string name) =>
        root[list].Items.FirstOrDefault(item => item["name"].Text == name)
        ?? throw new HttpRequestException($"{what} has no entry \"{name}\" among its {list}, which its current context needs");

    private sealed class Reading(string what, string folder, YamlTree cluster, YamlTree user)
    {
        public Kubeconfig Read()
        {
            string server = cluster["server"].Text;
            if (!Uri.TryCreate(server, UriKind.Absolute, out Uri? url) || url.Scheme is not ("http" or "https"))
            {
                throw new HttpRequestException($"{what} has a cluster whose server is no URL with http or https");
            }

            if (user["auth-provider"].HasFields)
            {
                throw new HttpRequestException(
                    $"{what} uses the auth-provider \"{user["auth-provider"]["name"].Text}\"; Kubernetes has removed these: write the user with an exec plugin or a token");
            }

            string proxy = ReadProxy();
            var http = new HttpClientArguments
            {
                Tls = ReadTls(),
                Proxy = new ProxyArguments { ProxyUrl = proxy, FromEnvironment = proxy.Length == 0 },
                HttpHeaders = ReadImpersonation(),
            };
            http = ReadCredentials(http);
            ExecPlugin? exec = user["exec"].HasFields ? ExecPlugin.Read(what, folder, user["exec"], cluster) : null;
            return new Kubeconfig(ApiServerSettings.Of(server, http), exec);
        }

        // As strict as proxy_url in a configuration: what names no proxy must not let requests go past it. No message holds it, because it may hold a
        // password.
        private string ReadProxy()
        {
            string proxy = cluster["proxy-url"].Text;
            if (proxy.Length == 0)
            {
                return "";
            }

            string absolute = proxy.Contains("://", StringComparison.Ordinal) ? proxy : "http://" + proxy;
            if (!Uri.TryCreate(absolute, UriKind.Absolute, out Uri? url) || url.Host.Length == 0)
            {
                throw new HttpRequestException($"{what} has a proxy-url that is no URL; it should look like \"http://proxy.example:3128\"");
            }

            return url.Scheme is "http" or "https" or "socks5" or "socks5h"
                ? proxy
                : throw new HttpRequestException(
                    $"{what} has a proxy-url with the scheme \"{url.Scheme}\"; a proxy is reached by http, https, socks5 or socks5h");
        }

        private HttpClientArguments ReadCredentials(HttpClientArguments http)
        {
            if (user["tokenFile"].Text is { Length: > 0 } tokenFile)
            {
                return http with { BearerTokenFile = PathOf(tokenFile) };
            }

            if (user["token"].Text is { Length: > 0 } token)
            {
                return http with { BearerToken = HeaderValue("token", token) };
            }

            if (user["username"].Text.Contains(':'))
            {
                throw new HttpRequestException($"{what} has a username with a colon: the server would take the rest of it for the password");
            }

            return user["username"].Text is { Length: > 0 } name
                ? http with { BasicAuth = new BasicAuthArguments { Username = name, Password = new SecretValue(user["password"].Text) } }
                : http;
        }

        private TlsArguments ReadTls()
        {
            string certificate = Data(user, "client-certificate-data");
            string key = Data(user, "client-key-data");
            return new TlsArguments
            {
                CaPem = Data(cluster, "certificate-authority-data"),
                CaFile = FileUnlessData(cluster, "certificate-authority"),
                InsecureSkipVerify = cluster["insecure-skip-tls-verify"].Text == "true",
                ServerName = cluster["tls-server-name"].Text,
                CertPem = certificate,
                CertFile = FileUnlessData(user, "client-certificate"),
                KeyPem = new SecretValue(key),
                KeyFile = FileUnlessData(user, "client-key"),
            };
        }

        private Dictionary<string, IReadOnlyList<SecretValue>> ReadImpersonation()
        {
            var headers = new Dictionary<string, IReadOnlyList<SecretValue>>(StringComparer.Ordinal);
            if (user["as"].Text is { Length: > 0 } name)
            {
                headers["Impersonate-User"] = [HeaderValue("as", name)];
            }

            if (user["as-groups"].Items is { Count: > 0 } groups)
            {
                headers["Impersonate-Group"] = [.. groups.Select(group => HeaderValue("as-groups", group.Text))];
            }

            return headers;
        }

        private SecretValue HeaderValue(string name, string text) => HeaderText.IsValid(text)
            ? new SecretValue(text.Trim())
            : throw new HttpRequestException(
                $"{what} has a user whose {name} holds a line break or another control character, which a header cannot carry");

        // Of a name with and without -data, the one with it counts, as for kubectl.
        private string FileUnlessData(YamlTree owner, string name) =>
            owner[name + "-data"].Text.Length == 0 && owner[name].Text is { Length: > 0 } path ? PathOf(path) : "";

        private string Data(YamlTree owner, string name)
        {
            string encoded = owner[name].Text;
            byte[] decoded = new byte[encoded.Length];
            return Convert.TryFromBase64String(encoded, decoded, out int length)
                ? Encoding.UTF8.GetString(decoded, 0, length)
                : throw new HttpRequestException($"{what} has a {name} that is not base64");
        }

        private string PathOf(string path) => Path.GetFullPath(Path.Combine(folder, path));
    }
}
