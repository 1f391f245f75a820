using System.Threading.Channels;
using Prometheus;
using Stoker.Components;

namespace Stoker.Discovery.Kubernetes;

/// <summary><c>discovery.kubernetes</c>: lists objects of the Kubernetes API and watches them (ADR 27).</summary>
internal sealed class KubernetesSource(
    KubernetesArguments arguments, ComponentContext context, KubernetesSurroundings surroundings) : ITargetSource
{
    // What the watches may be ahead of the targets; then they wait, and the server holds back what it has to say.
    private const int MaxWaitingNews = 256;

    public static ComponentDefinition Definition { get; } = Define(KubernetesSurroundings.OfProcess);

    /// <summary>The component with other surroundings than those of the process, for tests.</summary>
    public static ComponentDefinition Define(KubernetesSurroundings surroundings) => DiscoveryComponent<KubernetesArguments>.Define(
        "discovery.kubernetes", KubernetesArguments.Schema, (arguments, context) => new KubernetesSource(arguments, context, surroundings));

    public async Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        using var server = new ApiServer(ClusterAccess.Of(arguments, surroundings, context.Time), context);
        Counter.Child failures = findings.Metrics.Counter(
            "prometheus_sd_kubernetes_failures_total", "The number of failed WATCH/LIST requests.");
        IReadOnlyList<string?> namespaces = await FindNamespacesAsync(server, findings, failures, cancellationToken);
        List<WatchTarget> targets = PlanWatches(namespaces);

        // What an earlier run has found stays until its own watch is answered, also where the round was over before the namespaces were known.
        foreach (WatchTarget target in targets.Where(target => target.Resource.Role == arguments.Role))
        {
            findings.Expect(target.Question);
        }

        var view = new ClusterView(arguments.Role, arguments.AttachMetadata, targets, findings);
        var news = Channel.CreateBounded<WatchNews>(new BoundedChannelOptions(MaxWaitingNews) { SingleReader = true });

        // Where one of them has a bug, the others must not run on without it.
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        List<Task> running =
        [
            TakeAsync(news.Reader, view, ending.Token),
            .. targets.Select(target => new Reflector(server, target, news.Writer, context.Time, failures).RunAsync(ending.Token)),
        ];
        await Task.WhenAny(running);
        await ending.CancelAsync();
        await Task.WhenAll(running);
    }

    private async Task TakeAsync(ChannelReader<WatchNews> news, ClusterView view, CancellationToken cancellationToken)
    {
        Task? hold = null;
        while (true)
        {
            Task<bool> more = news.WaitToReadAsync(cancellationToken).AsTask();
            if (hold is { IsCompleted: false })
            {
                await Task.WhenAny(more, hold);
            }

            if (hold is { IsCompletedSuccessfully: true })
            {
                view.EndHold();
            }

            await more;
            if (news.TryRead(out WatchNews? one))
            {
                view.Take(one);
                hold ??= view.IsHolding ? Task.Delay(ClusterView.LongestHold, context.Time, cancellationToken) : null;
            }
        }
    }

    /// <summary>The namespaces to watch; null stands for all. Waits until the agent's own is known, where that is one of them.</summary>
    private async Task<IReadOnlyList<string?>> FindNamespacesAsync(
        ApiServer server, Findings findings, Counter.Child failures, CancellationToken cancellationToken)
    {
        if (arguments.Role == KubernetesRoles.Node || arguments.Namespaces.Names.Contains(""))
        {
            return [null];
        }

        if (!arguments.Namespaces.OwnNamespace)
        {
            return arguments.Namespaces.Names.Count == 0 ? [null] : [.. arguments.Namespaces.Names.Distinct()];
        }

        string question = $"{Resource.Of(arguments.Role).Plural} in the agent's own namespace";
        var backoff = new WatchBackoff(context.Time);
        while (true)
        {
            try
            {
                string own = await server.GetOwnNamespaceAsync(cancellationToken);
                findings.Retire(question);
                return [.. arguments.Namespaces.Names.Append(own).Distinct()];
            }
            catch (HttpRequestException exception)
            {
                failures.Inc();
                findings.Fail(question, exception.Message);
                findings.CompleteRound();
            }

            await Task.Delay(backoff.Next(), context.Time, cancellationToken);
        }
    }

    private List<WatchTarget> PlanWatches(IReadOnlyList<string?> namespaces)
    {
        var targets = new List<WatchTarget>();
        foreach (string role in KubernetesRoles.WatchedBy(arguments.Role))
        {
            targets.AddRange(namespaces.Select(ns => Plan(Resource.Of(role), ns)));
        }

        if (arguments.AttachMetadata.Node && KubernetesRoles.TakesNodeMetadata(arguments.Role))
        {
            targets.Add(Plan(Resource.Nodes, null));
        }

        if (arguments.AttachMetadata.Namespace && KubernetesRoles.TakesNamespaceMetadata(arguments.Role))
        {
            targets.Add(Plan(Resource.Namespaces, null));
        }

        return targets;
    }

    private WatchTarget Plan(Resource resource, string? ns)
    {
        SelectorArguments selector = arguments.SelectorOf(resource.Role);
        return new WatchTarget(resource, ns, selector.Label, selector.Field);
    }
}
