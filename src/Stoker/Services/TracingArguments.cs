using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Services;

/// <summary>The block <c>tracing</c>: what would send traces is refused, the rest loads.</summary>
internal sealed record TracingArguments
{
    private const string Refusal = "Stoker sends no traces of itself: ";

    public double SamplingFraction { get; init; } = 0.1;

    public IReadOnlyList<Value> WriteTo { get; init; } = [];

    public bool SendTraceparent { get; init; }

    public SamplerArguments? Sampler { get; init; }

    public static BlockSchema<TracingArguments> Schema { get; } = new BlockSchema<TracingArguments>(new TracingArguments())
        .Optional("sampling_fraction", ArgumentTypes.Float, a => a.SamplingFraction, (a, v) => a with { SamplingFraction = v }, "No effect.")
        .Optional("write_to", ArgumentTypes.List(new ConsumerArgument("otel consumer")), a => a.WriteTo, (a, v) => a with { WriteTo = v }, "Refused unless empty.")
        .Optional("send_traceparent", ArgumentTypes.Bool, a => a.SendTraceparent, (a, v) => a with { SendTraceparent = v }, "No effect; `true` is a warning.")
        .Block("sampler", SamplerArguments.Schema, a => a.Sampler, (a, v) => a with { Sampler = v }, "Refused.")
        .Validate(Check);

    private static void Check(TracingArguments tracing, ValidationContext context)
    {
        bool refused = false;
        if (tracing.WriteTo.Count > 0 || context.IsBroken("write_to"))
        {
            // Also where what it refers to does not exist, so that the whole truth is told at once.
            context.ErrorAt(context.PlaceOf("write_to"), Refusal + "remove write_to, or the whole tracing block");
            refused = true;
        }

        if (context.IsSet("sampler"))
        {
            context.ErrorAt(context.PlaceOf("sampler"), Refusal + "remove the sampler block, or the whole tracing block");
            refused = true;
        }

        if (tracing.SendTraceparent)
        {
            context.Warning("send_traceparent", "send_traceparent has no effect: Stoker's requests carry no trace headers");
        }

        if (!refused)
        {
            context.Warning("", "the tracing block has no effect: Stoker sends no traces of itself");
        }
    }
}

/// <summary>The block <c>sampler</c>.</summary>
internal sealed record SamplerArguments
{
    public JaegerRemoteArguments? JaegerRemote { get; init; }

    public static BlockSchema<SamplerArguments> Schema { get; } = new BlockSchema<SamplerArguments>(new SamplerArguments())
        .Block("jaeger_remote", JaegerRemoteArguments.Schema, a => a.JaegerRemote, (a, v) => a with { JaegerRemote = v }, "Refused.");
}

/// <summary>The block <c>jaeger_remote</c>.</summary>
internal sealed record JaegerRemoteArguments
{
    public string Url { get; init; } = "http://127.0.0.1:5778/sampling";

    public double MaxOperations { get; init; } = 256;

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(1);

    public static BlockSchema<JaegerRemoteArguments> Schema { get; } = new BlockSchema<JaegerRemoteArguments>(new JaegerRemoteArguments())
        .Optional("url", ArgumentTypes.String, a => a.Url, (a, v) => a with { Url = v }, "Refused.")
        .Optional("max_operations", ArgumentTypes.Float, a => a.MaxOperations, (a, v) => a with { MaxOperations = v }, "Refused.")
        .Optional("refresh_interval", ArgumentTypes.Duration, a => a.RefreshInterval, (a, v) => a with { RefreshInterval = v }, "Refused.");
}

/// <summary>A consumer of a kind that no component here exports: its list can only be empty, or refused by whoever declares it.</summary>
internal sealed class ConsumerArgument(string name) : ArgumentType<Value>
{
    public override string Name => name;

    public override Value Zero => NullValue.Instance;

    public override Value ToValue(Value item) => item;

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out Value result)
    {
        result = source.Value;
        return true;
    }
}
