using Stoker.Components.Arguments;

namespace Stoker.Delivery.Write;

/// <summary>The block <c>queue</c> of an endpoint. Immutable.</summary>
public sealed record QueueArguments
{
    public long MaxBytes { get; init; } = 64 * 1024 * 1024;

    public TimeSpan MaxAge { get; init; } = TimeSpan.FromHours(1);

    public static BlockSchema<QueueArguments> Schema { get; } = new BlockSchema<QueueArguments>(new QueueArguments())
        .Optional("max_bytes", ArgumentTypes.ByteSize, a => a.MaxBytes, (a, v) => a with { MaxBytes = v },
            "How much may wait for the endpoint; beyond it, the oldest profiles are dropped.")
        .Optional("max_age", ArgumentTypes.Duration, a => a.MaxAge, (a, v) => a with { MaxAge = v },
            "How old a profile may become before it is dropped; 0 for any age. A Pyroscope takes no profiles older than an hour unless it is told to.")
        .Validate(Check);

    private static void Check(QueueArguments arguments, ValidationContext context)
    {
        if (arguments.MaxBytes < 1024 * 1024)
        {
            context.Error("max_bytes", "max_bytes must be at least 1MiB, so that a profile finds room");
        }

        if (arguments.MaxAge < TimeSpan.Zero)
        {
            context.Error("max_age", "max_age must not be negative; 0 keeps profiles of any age");
        }
    }
}
