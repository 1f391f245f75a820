using Microsoft.Extensions.Logging;
using Stoker.Components.Arguments;

namespace Stoker.Logging;

/// <summary>The <c>logging</c> block.</summary>
internal sealed record LoggingArguments
{
    public const string Logfmt = "logfmt";
    public const string Json = "json";

    public string Level { get; init; } = "info";

    public string Format { get; init; } = Logfmt;

    public string Destination { get; init; } = "stderr";

    public static BlockSchema<LoggingArguments> Schema { get; } = new BlockSchema<LoggingArguments>(new LoggingArguments())
        .Optional("level", ArgumentTypes.OneOf("debug", "info", "warn", "error"), a => a.Level, (a, v) => a with { Level = v.Length == 0 ? "info" : v },
            "The least level of the lines that are written.")
        .Optional("format", ArgumentTypes.OneOf(Logfmt, Json), a => a.Format, (a, v) => a with { Format = v.Length == 0 ? Logfmt : v },
            "The form of the lines.")
        .Optional("destination", ArgumentTypes.OneOf("stderr"), a => a.Destination, (a, v) => a with { Destination = v.Length == 0 ? "stderr" : v },
            "Where the lines go.");

    public LogLevel MinimumLevel => Level switch
    {
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };
}
