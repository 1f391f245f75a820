using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Scrape;

/// <summary><c>pyroscope.scrape</c>: collects pprof profiles from HTTP targets and hands them to its receivers.</summary>
public sealed class ScrapeComponent : Component<ScrapeArguments>
{
    public const string Name = "pyroscope.scrape";

    /// <summary>The usual limit of the bodies of all scrape components together (design 3.13).</summary>
    public const long InFlightLimitBytes = 256L << 20;

    private readonly ScrapePool _pool;
    private readonly string _id;
    private volatile ScrapeArguments _arguments = new();

    private ScrapeComponent(ComponentContext context, ByteBudget budget)
    {
        _pool = new ScrapePool(context, budget);
        _id = context.Id;
    }

    /// <summary>What is scraped and what is not by the present arguments. Safe from several threads.</summary>
    public ScrapePlan Plan => _pool.Plan;

    /// <summary>The targets of the present arguments. Safe from several threads.</summary>
    public IReadOnlyList<Target> Targets => _arguments.Targets;

    public override string? HealthMessage => ScrapeDescription.Health(_pool);

    /// <summary>The component's definition.</summary>
    /// <param name="budget">Bounds the bodies in flight of all components that are made from it.</param>
    public static ComponentDefinition Define(ByteBudget budget) =>
        new(Name, ScrapeArguments.Schema, context => new ScrapeComponent(context, budget));

    /// <summary>What would be scraped if this were the only target. Safe from several threads.</summary>
    public ScrapePlan PlanFor(Target target) => ScrapePlan.Create(_arguments with { Targets = [target] }, _id);

    public override Task RunAsync(CancellationToken cancellationToken) => _pool.RunAsync(cancellationToken);

    public override IEnumerable<BodyItem> DescribeState() => ScrapeDescription.Of(_pool);

    protected override ObjectValue Stage(ScrapeArguments arguments) => ObjectValue.Empty;

    protected override void Apply(ScrapeArguments arguments)
    {
        _arguments = arguments;
        _pool.Apply(arguments);
    }
}
