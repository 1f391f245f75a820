using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Labels;
using Stoker.Syntax.Values;

namespace Stoker.PipelineTests;

internal sealed record StandInDiscoveryArguments
{
    public string Url { get; init; } = "";

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(1);
}

/// <summary>Stands in for <c>discovery.http</c> where a test must say itself what is exported and when: also what no source of targets leads to.</summary>
internal sealed class StandInDiscovery(params Target[] first)
{
    private Action<ObjectValue>? _publish;

    public ComponentDefinition Definition => new(
        "discovery.http",
        new BlockSchema<StandInDiscoveryArguments>(new StandInDiscoveryArguments())
            .Required("url", ArgumentTypes.String, a => a.Url, (a, v) => a with { Url = v }, "Where the targets are.")
            .Optional(
                "refresh_interval", ArgumentTypes.Duration, a => a.RefreshInterval, (a, v) => a with { RefreshInterval = v }, "How often to ask."),
        context =>
        {
            _publish = context.PublishExports;
            return new Standing(ExportsOf(new ArrayValue(first)));
        });

    public static Target TargetOf(params (string Name, string Value)[] labels) => new(LabelSet.Of(labels));

    /// <summary>Exports other targets, as a discovery does that has found some.</summary>
    public void Publish(params Target[] targets) => Publish(new ArrayValue(targets));

    public void Publish(Value targets) => _publish!(ExportsOf(targets));

    private static ObjectValue ExportsOf(Value targets) => new([new("targets", targets)]);

    private sealed class Standing(ObjectValue exports) : Component<StandInDiscoveryArguments>
    {
        public override Task RunAsync(CancellationToken cancellationToken)
        {
            var stopped = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            cancellationToken.Register(stopped.SetResult);
            return stopped.Task;
        }

        protected override ObjectValue Stage(StandInDiscoveryArguments arguments) => exports;

        protected override void Apply(StandInDiscoveryArguments arguments)
        {
        }
    }
}
