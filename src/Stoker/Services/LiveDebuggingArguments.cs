using Stoker.Components.Arguments;

namespace Stoker.Services;

/// <summary>The block <c>livedebugging</c>, which changes nothing here.</summary>
internal sealed record LiveDebuggingArguments
{
    public bool Enabled { get; init; }

    public static BlockSchema<LiveDebuggingArguments> Schema { get; } = new BlockSchema<LiveDebuggingArguments>(new LiveDebuggingArguments())
        .Optional("enabled", ArgumentTypes.Bool, a => a.Enabled, (a, v) => a with { Enabled = v }, "Accepted; `true` is a warning.")
        .Validate((arguments, context) =>
        {
            if (arguments.Enabled)
            {
                context.Warning("enabled", "Stoker has no live debugging yet: stoker explain shows what happens to a target, and the component's page of the API its state");
            }
        });
}
