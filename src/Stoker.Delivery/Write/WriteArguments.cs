using Stoker.Components.Arguments;

namespace Stoker.Delivery.Write;

/// <summary>The arguments of pyroscope.write. Immutable.</summary>
public sealed record WriteArguments
{
    private static readonly ArgumentType<IReadOnlyDictionary<string, string>> LabelMap = ArgumentTypes.Map(ArgumentTypes.String);

    public IReadOnlyDictionary<string, string> ExternalLabels { get; init; } = LabelMap.Zero;

    public IReadOnlyList<EndpointArguments> Endpoints { get; init; } = [];

    public TracingArguments? Tracing { get; init; }

    public static BlockSchema<WriteArguments> Schema { get; } = AddHints(new BlockSchema<WriteArguments>(new WriteArguments()))
        .Optional("external_labels", LabelMap, a => a.ExternalLabels, (a, v) => a with { ExternalLabels = v },
            "Labels to set on every profile; they override, and an empty value removes a label.")
        .Blocks("endpoint", EndpointArguments.Schema, a => a.Endpoints, (a, v) => a with { Endpoints = v }, "A Pyroscope to push to.")
        .Block("tracing", TracingArguments.Schema, a => a.Tracing, (a, v) => a with { Tracing = v },
            "Accepted for compatibility; pushes carry no trace headers.")
        .Validate(Check);

    /// <summary>What belongs to an endpoint and is often written beside it.</summary>
    private static BlockSchema<WriteArguments> AddHints(BlockSchema<WriteArguments> schema)
    {
        foreach (FieldDescription field in EndpointArguments.Schema.Fields)
        {
            schema.Hint(field.Name, $"it stands inside endpoint {{ {field.Name} {(field.Nested is null ? "= ..." : "{ ... }")} }}");
        }

        return schema.Hint("remote_write", "a Pyroscope to push to is an endpoint { url = ... } block");
    }

    private static void Check(WriteArguments arguments, ValidationContext context)
    {
        foreach ((string name, string value) in arguments.ExternalLabels)
        {
            if (!DeliveryLabels.IsUsualName(name))
            {
                context.Error(
                    "external_labels",
                    $"\"{name}\" is not the name of a label; use letters, digits, \"_\" and \".\"");
            }
            else if (!DeliveryLabels.IsDelivered(name))
            {
                context.Warning("external_labels", $"the label \"{name}\" has no effect: names that start with \"__\" are not delivered");
            }
            else if (name == DeliveryLabels.ProfileType && value.Length == 0)
            {
                context.Error("external_labels", "the label \"__name__\" is the profile type and must not be removed");
            }
        }
    }
}
