using Stoker.Components.Arguments;

namespace Stoker.Delivery.Write;

/// <summary>The block <c>tracing</c>, which other agents have; here it is read and does nothing. Immutable.</summary>
public sealed record TracingArguments
{
    public bool JaegerPropagator { get; init; } = true;

    public bool TraceContextPropagator { get; init; } = true;

    public static BlockSchema<TracingArguments> Schema { get; } = new BlockSchema<TracingArguments>(new TracingArguments())
        .Optional("jaeger_propagator", ArgumentTypes.Bool, a => a.JaegerPropagator, (a, v) => a with { JaegerPropagator = v },
            "Accepted for compatibility.")
        .Optional("trace_context_propagator", ArgumentTypes.Bool, a => a.TraceContextPropagator, (a, v) => a with { TraceContextPropagator = v },
            "Accepted for compatibility.");
}
