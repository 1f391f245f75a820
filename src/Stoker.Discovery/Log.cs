using Microsoft.Extensions.Logging;

namespace Stoker.Discovery;

/// <summary>The log events of the discovery components: ids 8000 to 8999, never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(8000, LogLevel.Warning, "discovery failed, targets stay as they were")]
    public static partial void SourceFailed(ILogger logger, string source, string error);

    [LoggerMessage(8001, LogLevel.Information, "discovery works again")]
    public static partial void SourceRecovered(ILogger logger, string source);

    [LoggerMessage(8002, LogLevel.Debug, "targets published")]
    public static partial void TargetsPublished(ILogger logger, int targets);

    [LoggerMessage(8003, LogLevel.Warning, "entries left out, of which this is the first")]
    public static partial void EntriesSkipped(ILogger logger, string source, int entries, string entry, string reason);
}
