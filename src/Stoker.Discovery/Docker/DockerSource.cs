using Stoker.Components;
using Stoker.Discovery.Api;

namespace Stoker.Discovery.Docker;

/// <summary>Lists the containers of a Docker engine again and again. One question: the engine.</summary>
internal sealed class DockerSource(DockerArguments arguments, ComponentContext context) : ITargetSource
{
    // An engine that hangs should show before an hour has passed where it is asked once an hour.
    private static readonly TimeSpan LongestRefresh = TimeSpan.FromMinutes(1);

    public static ComponentDefinition Definition { get; } = DiscoveryComponent<DockerArguments>.Define(
        "discovery.docker", DockerArguments.Schema, (arguments, context) => new DockerSource(arguments, context));

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        if (!DockerHost.TryParse(arguments.Host, arguments.Http.Tls is not null, out ApiEndpoint? endpoint, out string reason))
        {
            throw new InvalidOperationException($"The host was checked at load, and yet it {reason}.");
        }

        using var client = new ApiClient(endpoint, arguments.Http, context);
        var api = new DockerApi(client, arguments);
        TimeSpan longest = arguments.RefreshInterval < LongestRefresh ? arguments.RefreshInterval : LongestRefresh;
        await Polling.RunAsync(
            "docker",
            arguments.RefreshInterval,
            context.Time,
            findings,
            cancelled => RefreshAsync(api, client.DeadlineIn(longest), endpoint.Shown, findings, cancelled),
            cancellationToken);
    }

    private async Task<bool> RefreshAsync(DockerApi api, Deadline deadline, string question, Findings findings, CancellationToken cancellationToken)
    {
        ApiResult<EngineList<Container>> containers = await api.GetContainersAsync(deadline, cancellationToken);
        if (containers.Value is not { } listed)
        {
            findings.Fail(question, containers.Failure!);
            return false;
        }

        ApiResult<EngineList<Network>> networks = await api.GetNetworksAsync(deadline, cancellationToken);
        if (networks.Value is not { } known)
        {
            findings.Fail(question, networks.Failure!);
            return false;
        }

        (IReadOnlyDictionary<string, IReadOnlyList<Target>> groups, IReadOnlyList<SkippedEntry> skipped) =
            DockerTargets.Make(listed.Entries, known.Entries, arguments);
        findings.AnswerInGroups(question, groups, [.. listed.Skipped, .. known.Skipped, .. skipped]);
        return true;
    }
}
