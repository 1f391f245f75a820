using Stoker.Components;
using Stoker.Discovery.Relabel;
using Stoker.Graph;
using Stoker.Labels;
using Stoker.Labels.Relabelling;
using Stoker.Scrape;

namespace Stoker.Commands;

/// <summary>
/// The ways that targets take through a configuration: from where they come, through each <c>discovery.relabel</c>, to each
/// <c>pyroscope.scrape</c>. Read once from a graph; immutable.
/// </summary>
internal sealed class TargetRoutes
{
    private readonly Station[] _stations;
    private readonly Dictionary<LabelSet, List<Station>> _origins = [];

    public TargetRoutes(ConfigurationGraph graph)
    {
        IReadOnlyList<ComponentSnapshot> components = graph.GetComponents();
        _stations = [.. components.Where(c => c.Component is RelabelComponent or ScrapeComponent).Select(c => new Station(c))];
        foreach (Station station in _stations)
        {
            Station[] before = [.. _stations.Where(other => other.Relabel is not null && station.References.Contains(other.Id))];
            HashSet<LabelSet> made = [.. before.SelectMany(other => other.Output)];
            station.IsFirst = before.Length == 0;
            foreach (Target target in station.Targets.Where(target => !made.Contains(target.Labels)))
            {
                if (!_origins.TryGetValue(target.Labels, out List<Station>? entries))
                {
                    _origins.Add(target.Labels, entries = []);
                }

                if (!entries.Contains(station))
                {
                    entries.Add(station);
                }
            }
        }

        Sources =
        [
            .. components.Where(c => c.Component is IOutsideSource && c.Exports.Fields.ContainsKey("targets"))
                .Select(c => (c.Id, c.Exports.Fields["targets"] is Syntax.Values.ArrayValue found ? found.Items.Count : 0)),
        ];
    }

    /// <summary>The components that find targets, with how many each found.</summary>
    public IReadOnlyList<(string Id, int Targets)> Sources { get; }

    /// <summary>How many targets come in, before any rule.</summary>
    public int OriginCount => _origins.Count;

    /// <summary>The labels of targets as they come and after each relabelling.</summary>
    public IEnumerable<LabelSet> Known => _origins.Keys.Concat(_stations.SelectMany(station => station.Output));

    /// <summary>The targets whose labels match as they come, after some rules, or as they are delivered; in the order of the file.</summary>
    public IEnumerable<TargetRoute> Find(TargetQuery query)
    {
        foreach ((LabelSet origin, List<Station> entries) in _origins)
        {
            if (query.Matches(origin) || (query.Whole is null && entries.Any(entry => Leads(entry, origin, query, depth: 0))))
            {
                yield return new TargetRoute(origin, [.. entries.SelectMany(entry => Walk(entry, origin, exists: true, depth: 0))]);
            }
        }
    }

    /// <summary>What would become of a target that need not exist, came it from every place where targets come from.</summary>
    public TargetRoute Suppose(LabelSet labels) =>
        new(labels, [.. _stations.Where(station => station.IsFirst).SelectMany(station => Walk(station, labels, exists: false, depth: 0))]);

    private bool Leads(Station station, LabelSet labels, TargetQuery query, int depth)
    {
        if (station.Relabel is not { } relabel)
        {
            return station.Scrapes[labels].Any(scrape => query.Matches(scrape.Labels));
        }

        return depth < _stations.Length && relabel.Rules.Apply(labels).Labels is { } output
            && (query.Matches(output) || Next(station, output, exists: true).Any(next => Leads(next, output, query, depth + 1)));
    }

    private IEnumerable<RouteStop> Walk(Station station, LabelSet labels, bool exists, int depth)
    {
        if (station.Relabel is { } relabel)
        {
            RelabelExplanation explanation = relabel.Rules.Explain(labels);
            yield return new RouteStop(station.Id, labels, explanation, null);
            if (explanation.Output is { } output && depth < _stations.Length)
            {
                foreach (RouteStop stop in Next(station, output, exists).SelectMany(next => Walk(next, output, exists, depth + 1)))
                {
                    yield return stop;
                }
            }
        }
        else
        {
            yield return new RouteStop(station.Id, labels, null, exists ? station.PlanOf(labels) : station.Scrape!.PlanFor(new Target(labels)));
        }
    }

    private IEnumerable<Station> Next(Station station, LabelSet output, bool exists) =>
        _stations.Where(next => next.References.Contains(station.Id) && (!exists || next.Input.Contains(output)));

    /// <summary>A component that targets come to.</summary>
    private sealed class Station
    {
        private readonly Lazy<ILookup<LabelSet, DroppedTarget>> _dropped;
        private readonly Lazy<ILookup<LabelSet, PlannedScrape>> _scrapes;

        public Station(ComponentSnapshot component)
        {
            Id = component.Id;
            References = component.ReferencesTo;
            Relabel = component.Component as RelabelComponent;
            Scrape = component.Component as ScrapeComponent;
            Targets = Relabel?.Targets ?? Scrape!.Targets;
            Input = [.. Targets.Select(target => target.Labels)];
            Output = Relabel is null ? [] : [.. Input.Select(labels => Relabel.Rules.Apply(labels).Labels).OfType<LabelSet>()];
            _dropped = new(() => Scrape!.Plan.Dropped.ToLookup(dropped => dropped.Target.Labels));
            _scrapes = new(() => Scrape!.Plan.Scrapes.ToLookup(scrape => scrape.Target.Labels));
        }

        public string Id { get; }

        public IReadOnlyList<string> References { get; }

        public RelabelComponent? Relabel { get; }

        public ScrapeComponent? Scrape { get; }

        public IReadOnlyList<Target> Targets { get; }

        public HashSet<LabelSet> Input { get; }

        public IReadOnlyList<LabelSet> Output { get; }

        public ILookup<LabelSet, PlannedScrape> Scrapes => _scrapes.Value;

        /// <summary>True where no relabelling comes before it.</summary>
        public bool IsFirst { get; set; }

        public ScrapePlan PlanOf(LabelSet labels) => new([.. _scrapes.Value[labels]], [.. _dropped.Value[labels]], []);
    }
}

/// <summary>The way of one target.</summary>
/// <param name="Origin">The labels that it comes with.</param>
/// <param name="Stops">The components that it comes to, each followed by those after it.</param>
internal sealed record TargetRoute(LabelSet Origin, IReadOnlyList<RouteStop> Stops);

/// <summary>What one component makes of a target: either of the two.</summary>
internal sealed record RouteStop(string ComponentId, LabelSet Input, RelabelExplanation? Relabelling, ScrapePlan? Plan);
