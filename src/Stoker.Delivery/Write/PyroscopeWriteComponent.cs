using Stoker.Components;
using Stoker.Delivery.Queue;
using Stoker.Http;
using Stoker.Labels;
using Stoker.Syntax.Values;

namespace Stoker.Delivery.Write;

/// <summary>
/// The component <c>pyroscope.write</c>: hands every profile to each of its endpoints, which deliver on their own. Its receiver is one object
/// for its whole life and safe from several threads.
/// </summary>
public sealed class PyroscopeWriteComponent : Component<WriteArguments>, IProfileReceiver
{
    private readonly ComponentContext _context;
    private readonly ObjectValue _exports;
    private readonly Wakeup _changed;

    private volatile IReadOnlyList<KeyedEndpoint> _endpoints = [];
    private volatile IReadOnlyDictionary<string, string> _externalLabels = new WriteArguments().ExternalLabels;

    private volatile bool _loopFailed;

    private PyroscopeWriteComponent(ComponentContext context)
    {
        _context = context;
        _changed = new Wakeup(context.Time);
        _exports = new ObjectValue([new("receiver", new ProfileReceiverValue(context.Id, this))]);
    }

    public static ComponentDefinition Definition { get; } =
        new("pyroscope.write", WriteArguments.Schema, context => new PyroscopeWriteComponent(context));

    public override string? HealthMessage => EndpointState.Summarize([.. _endpoints.Select(keyed => keyed.Endpoint)]);

    public void Accept(RawProfile profile)
    {
        IReadOnlyList<KeyedEndpoint> endpoints = _endpoints;
        if (endpoints.Count == 0)
        {
            return;
        }

        LabelSet labels = DeliveryLabels.Of(profile.Labels, _externalLabels);
        string? fault = DeliveryLabels.Fault(labels);
        foreach (KeyedEndpoint keyed in endpoints)
        {
            keyed.Endpoint.Accept(profile, labels, fault);
        }
    }

    /// <summary>Runs the loops of the endpoints, of those that a reload brings too; stops those that it takes away.</summary>
    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        using CancellationTokenRegistration onStop = cancellationToken.Register(_changed.Set);
        var running = new Dictionary<Endpoint, Run>();
        var leaving = new List<Run>();
        while (!cancellationToken.IsCancellationRequested && !_loopFailed)
        {
            HashSet<Endpoint> wanted = [.. _endpoints.Select(keyed => keyed.Endpoint)];
            foreach (Endpoint endpoint in wanted.Where(endpoint => !running.ContainsKey(endpoint)))
            {
                var stop = new CancellationTokenSource();
                running[endpoint] = new Run(RunLoopAsync(endpoint, stop.Token), stop);
            }

            leaving.RemoveAll(run => run.Loop.IsCompletedSuccessfully);
            foreach (Endpoint gone in running.Keys.Where(endpoint => !wanted.Contains(endpoint)).ToList())
            {
                running.Remove(gone, out Run? run);
                leaving.Add(run!);
                await run!.Stop.CancelAsync();
            }

            await _changed.WaitAsync(limit: null);
        }

        foreach (Run run in running.Values)
        {
            await run.Stop.CancelAsync();
        }

        await Task.WhenAll(running.Values.Concat(leaving).Select(run => run.Loop));
    }

    public override IReadOnlyList<BodyItem> DescribeState() =>
        [.. _endpoints.Select(keyed => EndpointState.Describe(keyed.Endpoint, _context.Time))];

    protected override ObjectValue Stage(WriteArguments arguments) => _exports;

    protected override void Apply(WriteArguments arguments)
    {
        Dictionary<string, Endpoint> before = _endpoints.ToDictionary(keyed => keyed.Key, keyed => keyed.Endpoint);
        List<NamedEndpoint> named = [.. Name(arguments.Endpoints)];
        List<Endpoint> removed = [.. before.Where(old => named.All(now => now.Key != old.Key)).Select(old => old.Value)];

        // All metrics that go, go first: one endpoint may take over the URL of another, and with it the metrics' labels.
        foreach (Endpoint endpoint in removed.Concat(named.Where(now => IsRenamed(now, before)).Select(now => before[now.Key])))
        {
            endpoint.RemoveMetrics();
        }

        _externalLabels = arguments.ExternalLabels;
        _endpoints = [.. named.Select(now => new KeyedEndpoint(
            now.Key,
            before.TryGetValue(now.Key, out Endpoint? kept) ? Change(kept, now) : Create(now)))];

        // The old list may still be in use by a hand-over under way; what that brings is counted as dropped.
        foreach (Endpoint endpoint in removed)
        {
            endpoint.Remove();
        }

        _changed.Set();
    }

    /// <summary>
    /// Gives each endpoint the key that its queue follows (its name, else its position) and the URL that its metrics carry; of several with one
    /// name or one URL, each has its own.
    /// </summary>
    private static IEnumerable<NamedEndpoint> Name(IReadOnlyList<EndpointArguments> endpoints)
    {
        var keys = new HashSet<string>(StringComparer.Ordinal);
        var metricsNames = new HashSet<string>(StringComparer.Ordinal);
        for (int i = 0; i < endpoints.Count; i++)
        {
            string key = endpoints[i].Name.Length > 0 ? $"name {endpoints[i].Name}" : $"position {i}";
            string url = EndpointUrl.Redact(endpoints[i].Url);
            yield return new NamedEndpoint(
                keys.Add(key) ? key : $"{key} again at {i}", metricsNames.Add(url) ? url : $"{url}#{i}", endpoints[i]);
        }
    }

    private static bool IsRenamed(NamedEndpoint now, Dictionary<string, Endpoint> before) =>
        before.TryGetValue(now.Key, out Endpoint? kept) && kept.MetricsName != now.MetricsName;

    private async Task RunLoopAsync(Endpoint endpoint, CancellationToken stop)
    {
        bool ended = false;
        try
        {
            await endpoint.RunAsync(stop);
            ended = true;
        }
        finally
        {
            if (!ended)
            {
                // A bug of ours: the component ends, and the graph shows it.
                _loopFailed = true;
                _changed.Set();
            }
        }
    }

    private Endpoint Create(NamedEndpoint named) =>
        new(_context, new EndpointPlan(named.Arguments, Connect(named.Arguments)), CreateMetrics(named));

    private Endpoint Change(Endpoint endpoint, NamedEndpoint named)
    {
        EndpointArguments before = endpoint.Plan.Arguments;
        bool isRenamed = endpoint.MetricsName != named.MetricsName;
        if (isRenamed || !before.IsSameAs(named.Arguments))
        {
            SharedClient connection =
                before.HttpClient == named.Arguments.HttpClient ? endpoint.Plan.Connection : Connect(named.Arguments);
            endpoint.Configure(new EndpointPlan(named.Arguments, connection), isRenamed ? CreateMetrics(named) : null);
        }

        return endpoint;
    }

    private EndpointMetrics CreateMetrics(NamedEndpoint named) => new(_context.Metrics, _context.Id, named.MetricsName);

    // Redirects are the push's own business, because few of them may be followed with a profile.
    private SharedClient Connect(EndpointArguments arguments) =>
        new(HttpConnections.Create(arguments.HttpClient with { FollowRedirects = false }, _context));

    private sealed record Run(Task Loop, CancellationTokenSource Stop);

    private sealed record NamedEndpoint(string Key, string MetricsName, EndpointArguments Arguments);

    private sealed record KeyedEndpoint(string Key, Endpoint Endpoint);
}
