using Stoker.Http;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// The cluster that the agent runs in, with the service account of its pod. Its files are read anew for every request, because the kubelet rotates
/// them.
/// </summary>
internal sealed class InClusterAccess(KubernetesSurroundings surroundings) : ClusterAccess
{
    private const string Host = "KUBERNETES_SERVICE_HOST";
    private const string Port = "KUBERNETES_SERVICE_PORT";

    public override async ValueTask<ApiServerSettings> GetAsync(CancellationToken cancellationToken)
    {
        string host = surroundings.Variable(Host) ?? "";
        string port = surroundings.Variable(Port) ?? "";
        if (host.Length == 0 || port.Length == 0)
        {
            throw new HttpRequestException(
                $"no API server is named, and the agent does not run in a cluster ({Host} and {Port} are not set): set kubeconfig_file, or api_server with its credentials");
        }

        string token = PathOf("token");
        if (!File.Exists(token))
        {
            throw new HttpRequestException(
                $"the agent's pod has no service account token ({token} does not exist): set automountServiceAccountToken, or kubeconfig_file or api_server");
        }

        string url = $"https://{(host.Contains(':') ? $"[{host}]" : host)}:{port}";
        if (!Uri.TryCreate(url, UriKind.Absolute, out _))
        {
            throw new HttpRequestException($"{Host} and {Port} make no URL: \"{url}\"");
        }

        // Without it, the system's certificates decide. By content, because a file's times do not show that the kubelet has changed where
        // a link leads.
        string ca = PathOf("ca.crt");
        string pem = File.Exists(ca) ? await BoundedFile.ReadAsync($"the cluster's CA, \"{ca}\",", ca, cancellationToken) : "";
        return ApiServerSettings.Of(
            url, new HttpClientArguments { BearerTokenFile = token, Tls = pem.Length > 0 ? new TlsArguments { CaPem = pem } : null });
    }

    public override async ValueTask<string> GetOwnNamespaceAsync(CancellationToken cancellationToken)
    {
        string path = PathOf("namespace");
        string name = (await BoundedFile.ReadAsync($"the file with the agent's namespace, \"{path}\",", path, cancellationToken)).Trim();
        return name.Length > 0 ? name : throw new HttpRequestException($"the file with the agent's namespace, \"{PathOf("namespace")}\", is empty");
    }

    private string PathOf(string file) => Path.Combine(surroundings.ServiceAccountFolder, file);
}
