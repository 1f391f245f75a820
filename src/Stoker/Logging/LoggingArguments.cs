using Microsoft.Extensions.Logging;
using Stoker.Components.Arguments;
using Stoker.Services;
using Stoker.Syntax.Values;

namespace Stoker.Logging;

/// <summary>The <c>logging</c> block.</summary>
internal sealed record LoggingArguments
{
    public const string Logfmt = "logfmt";
    public const string Json = "json";
    private const string WindowsEventLog = "windows_event_log";

    public string Level { get; init; } = "info";

    public string Format { get; init; } = Logfmt;

    public string Destination { get; init; } = "stderr";

    public IReadOnlyList<Value> WriteTo { get; init; } = [];

    public static BlockSchema<LoggingArguments> Schema { get; } = new BlockSchema<LoggingArguments>(new LoggingArguments())
        .Optional("level", ArgumentTypes.OneOf("debug", "info", "warn", "error"), a => a.Level, (a, v) => a with { Level = v.Length == 0 ? "info" : v },
            "The least level of the lines that are written.")
        .Optional("format", ArgumentTypes.OneOf(Logfmt, Json), a => a.Format, (a, v) => a with { Format = v.Length == 0 ? Logfmt : v },
            "The form of the lines.")
        .Optional("destination", ArgumentTypes.OneOf("stderr", WindowsEventLog), a => a.Destination, (a, v) => a with { Destination = v.Length == 0 ? "stderr" : v },
            "Where the lines go; `windows_event_log` is refused.")
        .Optional("write_to", ArgumentTypes.List(new ConsumerArgument("logs receiver")), a => a.WriteTo, (a, v) => a with { WriteTo = v },
            "Refused unless empty.")
        .Validate(Check);

    public LogLevel MinimumLevel => Level switch
    {
        "debug" => LogLevel.Debug,
        "warn" => LogLevel.Warning,
        "error" => LogLevel.Error,
        _ => LogLevel.Information,
    };

    private static void Check(LoggingArguments logging, ValidationContext context)
    {
        if (logging.Destination == WindowsEventLog)
        {
            context.Error("destination", OperatingSystem.IsWindows()
                ? "Stoker does not write to the Windows event log: leave destination out, and its log goes to standard error"
                : "the Windows event log is on Windows only: leave destination out, and the log goes to standard error");
        }

        if (logging.WriteTo.Count > 0 || context.IsBroken("write_to"))
        {
            // Also where what it refers to does not exist, so that the whole truth is told at once.
            context.ErrorAt(context.PlaceOf("write_to"),
                "Stoker has no components that take log lines: remove write_to and collect the log from standard error");
        }
    }
}
