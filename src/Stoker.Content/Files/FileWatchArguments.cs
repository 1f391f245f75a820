using Stoker.Components.Arguments;

namespace Stoker.Content.Files;

/// <summary>How changes of a file are noticed. Immutable.</summary>
internal sealed record FileWatchArguments
{
    public const string Events = "fsnotify";

    public string Detector { get; init; } = Events;

    public TimeSpan PollFrequency { get; init; } = TimeSpan.FromMinutes(1);

    public static BlockSchema<FileWatchArguments> Schema { get; } =
        new BlockSchema<FileWatchArguments>(new FileWatchArguments())
        .Optional(
            "detector", new DetectorArgument(), a => a.Detector, (a, v) => a with { Detector = v },
            "How changes are noticed: `fsnotify`, by events of the system, or `poll`, by looking.", $"\"{Events}\"")
        .Optional(
            "poll_frequency", ArgumentTypes.Duration, a => a.PollFrequency, (a, v) => a with { PollFrequency = v },
            "How often to look, whatever the events say.")
        .Validate((arguments, context) => PollInterval.Check(arguments.PollFrequency, context, "poll_frequency"));
}
