namespace Stoker.Discovery.Kubernetes;

/// <summary>What a pod finds around it.</summary>
/// <param name="Variable">An environment variable; null where it is not set.</param>
/// <param name="ServiceAccountFolder">The folder with <c>token</c>, <c>ca.crt</c> and <c>namespace</c>.</param>
internal sealed record KubernetesSurroundings(Func<string, string?> Variable, string ServiceAccountFolder)
{
    public static KubernetesSurroundings OfProcess { get; } =
        new(Environment.GetEnvironmentVariable, "/var/run/secrets/kubernetes.io/serviceaccount");
}
