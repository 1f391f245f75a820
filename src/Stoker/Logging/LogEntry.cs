using Microsoft.Extensions.Logging;

namespace Stoker.Logging;

/// <summary>One line of the log before it is written: the attributes in the order in which they stand.</summary>
internal sealed record LogEntry(DateTimeOffset Time, LogLevel Level, string Message, IReadOnlyList<KeyValuePair<string, object?>> Attributes)
{
    public string LevelName => Level switch
    {
        LogLevel.Trace or LogLevel.Debug => "debug",
        LogLevel.Information => "info",
        LogLevel.Warning => "warn",
        _ => "error",
    };

    /// <summary>UTC in RFC 3339 with the fraction as long as it needs to be.</summary>
    public string TimeText => Time.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'");
}
