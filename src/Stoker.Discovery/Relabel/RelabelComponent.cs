using Prometheus;
using Stoker.Components;
using Stoker.Components.Relabelling;
using Stoker.Labels.Relabelling;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Relabel;

/// <summary>
/// <c>discovery.relabel</c>: rewrites the labels of targets by rules. A function of its arguments, evaluated with them, so that a command sees
/// its output without running anything.
/// </summary>
public sealed class RelabelComponent : Component<RelabelArguments>
{
    public const string Name = "discovery.relabel";

    private readonly TimeProvider _time;
    private readonly ComponentMetrics _metrics;
    private volatile RelabelResult _result = RelabelResult.Empty;

    // What was staged last, for Apply, which mostly follows with the same arguments.
    private (RelabelArguments? Arguments, RelabelResult Result) _staged = (null, RelabelResult.Empty);

    private RelabelComponent(ComponentContext context)
    {
        _time = context.Time;
        _metrics = new ComponentMetrics(context.Metrics, context.Id);
    }

    public static ComponentDefinition Definition { get; } = new(Name, RelabelArguments.Schema, context => new RelabelComponent(context));

    /// <summary>The targets that came in. Safe from several threads, as is all that is public here but what <see cref="IComponent"/> says otherwise.</summary>
    public IReadOnlyList<Target> Targets => _result.Targets;

    public RelabelRules Rules => _result.Rules;

    public override string? HealthMessage => RelabelDescription.Health(_result);

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        await Task.Delay(Timeout.InfiniteTimeSpan, _time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        _metrics.Remove();
    }

    public override IEnumerable<BodyItem> DescribeState() => RelabelDescription.Of(_result);

    protected override ObjectValue Stage(RelabelArguments arguments) => Compute(arguments).Exports;

    protected override void Apply(RelabelArguments arguments)
    {
        RelabelResult result = Compute(arguments);
        _result = result;
        SetGauge("kept", result.Kept);
        SetGauge("dropped", result.Targets.Count - result.Kept - result.Refused);
        SetGauge("refused", result.Refused);
    }

    private RelabelResult Compute(RelabelArguments arguments)
    {
        if (!ReferenceEquals(_staged.Arguments, arguments))
        {
            _staged = (arguments, RelabelResult.Of(arguments.Targets, RelabelRuleArguments.Compile(arguments.Rules), _result));
        }

        return _staged.Result;
    }

    private void SetGauge(string result, int count)
    {
        Gauge.Child gauge = _metrics.Gauge(
            "stoker_relabel_targets", "Targets that came in, by what the rules made of them: kept, dropped or refused (too large).", ("result", result));
        gauge.Set(count);
    }
}
