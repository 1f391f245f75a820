using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;
using Stoker.Web;

namespace Stoker.Services;

/// <summary>The blocks of the agent itself besides <c>logging</c>.</summary>
internal static class AgentBlocks
{
    /// <param name="isInspection">True for a command that runs nothing: no file is read for its server.</param>
    public static IEnumerable<ComponentDefinition> Define(WebProtection protection, bool isInspection, CancellationToken agentStopping) =>
    [
        HttpBlockComponent.Define(protection, !isInspection, agentStopping),
        Inert("livedebugging", LiveDebuggingArguments.Schema),
        Inert("tracing", TracingArguments.Schema),
        Inert("remotecfg", RemoteConfigurationArguments.Schema),
        Inert("labelstore", new BlockSchema<NoArguments>(new NoArguments())),
        Inert("cluster", new RefusedBlock("cluster")) with { IsReserved = true },
        Inert("otel", new RefusedBlock("otel")) with { IsReserved = true },
        Inert("ui", new RefusedBlock("ui")) with { IsReserved = true },
    ];

    private static ComponentDefinition Inert(string name, BlockSchema schema) =>
        new(name, schema, _ => new InertComponent()) { IsConfigBlock = true };

    private sealed record NoArguments;

    /// <summary>A name of a service that takes no configuration; its body is not looked at, so that there is one error and not many.</summary>
    private sealed class RefusedBlock(string name) : BlockSchema
    {
        public override IReadOnlyList<FieldDescription> Fields => [];

        public override object? DecodeObject(Body body, SourceSpan block, Scope scope, DiagnosticBag diagnostics)
        {
            diagnostics.Error(block, $"the service \"{name}\" takes no configuration in the file: remove the block");
            return null;
        }

        public override IReadOnlyList<BodyItem> Render(object arguments) => [];
    }

    /// <summary>What loads and then has nothing to do: all that its block has to say is said at load.</summary>
    private sealed class InertComponent : IComponent
    {
        public string? HealthMessage => null;

        public ObjectValue Stage(object arguments) => ObjectValue.Empty;

        public void Apply(object arguments)
        {
            // Nothing follows from it.
        }

        public async Task RunAsync(CancellationToken cancellationToken)
        {
            var stopped = new TaskCompletionSource();
            await using (cancellationToken.Register(stopped.SetResult))
            {
                await stopped.Task;
            }
        }

        public IEnumerable<BodyItem> DescribeState() => [];
    }
}
