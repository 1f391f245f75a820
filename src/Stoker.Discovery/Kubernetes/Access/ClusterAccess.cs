namespace Stoker.Discovery.Kubernetes;

/// <summary>A way to reach a cluster. Asked before every request, so that what is rotated is noticed. Safe from several threads.</summary>
internal abstract class ClusterAccess
{
    /// <summary>The settings as they are now.</summary>
    /// <exception cref="HttpRequestException">They cannot be had; the message says why and what to do.</exception>
    public abstract ValueTask<ApiServerSettings> GetAsync(CancellationToken cancellationToken);

    /// <summary>The namespace that the agent runs in.</summary>
    /// <exception cref="HttpRequestException">It cannot be told.</exception>
    public virtual ValueTask<string> GetOwnNamespaceAsync(CancellationToken cancellationToken) =>
        throw new HttpRequestException(
            "own_namespace needs the agent to run inside of the cluster, without api_server and kubeconfig_file");

    /// <summary>The server has refused the credentials of these settings: where they are still the present ones, they are fetched anew.</summary>
    public virtual void Refuse(ApiServerSettings refused)
    {
    }

    public static ClusterAccess Of(KubernetesArguments arguments, KubernetesSurroundings surroundings, TimeProvider time) =>
        arguments.ApiServer.Length > 0 ? new FixedAccess(ApiServerSettings.Of(arguments.ApiServer, arguments.Http))
        : arguments.KubeconfigFile.Length > 0 ? new KubeconfigAccess(arguments.KubeconfigFile, time)
        : new InClusterAccess(surroundings);

    private sealed class FixedAccess(ApiServerSettings settings) : ClusterAccess
    {
        public override ValueTask<ApiServerSettings> GetAsync(CancellationToken cancellationToken) => ValueTask.FromResult(settings);
    }
}
