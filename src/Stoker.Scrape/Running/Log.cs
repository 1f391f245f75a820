using Microsoft.Extensions.Logging;

namespace Stoker.Scrape;

/// <summary>The log events of pyroscope.scrape: ids 1000 to 1999, never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(1000, LogLevel.Warning, "scrape failed")]
    public static partial void ScrapeFailed(ILogger logger, string url, string profileType, string reason, string error);

    [LoggerMessage(1001, LogLevel.Information, "scrape works again")]
    public static partial void ScrapeRecovered(ILogger logger, string url, string profileType);

    [LoggerMessage(1002, LogLevel.Debug, "scraped")]
    public static partial void Scraped(ILogger logger, string url, string profileType, ProfileFate fate, TimeSpan duration, long bytes, int samples);

    [LoggerMessage(1003, LogLevel.Debug, "scrape failed as before")]
    public static partial void ScrapeFailedAgain(ILogger logger, string url, string profileType, string reason, string error);

    [LoggerMessage(1004, LogLevel.Information, "profile type answered 404 again and again, scraped at every fifth tick from now on")]
    public static partial void ScrapeSlowedDown(ILogger logger, string url, string profileType);

    [LoggerMessage(1005, LogLevel.Warning, "target dropped")]
    public static partial void TargetDropped(ILogger logger, string labels, string reason);

    [LoggerMessage(1006, LogLevel.Warning, "further targets dropped, see the component's debug information")]
    public static partial void FurtherTargetsDropped(ILogger logger, int count);

    [LoggerMessage(1007, LogLevel.Warning, "one URL is scraped more than once under different labels")]
    public static partial void UrlShared(ILogger logger, string url, int count);

    [LoggerMessage(1008, LogLevel.Debug, "ticks missed")]
    public static partial void TicksMissed(ILogger logger, string url, string profileType, long count);

    [LoggerMessage(1009, LogLevel.Information, "process of the target has restarted")]
    public static partial void ProcessRestarted(ILogger logger, string url, string profileType);

    [LoggerMessage(1010, LogLevel.Information, "difference dropped because it spans more than four intervals")]
    public static partial void DeltaDropped(ILogger logger, string url, string profileType);

    [LoggerMessage(1011, LogLevel.Error, "receiver failed")]
    public static partial void ReceiverFailed(ILogger logger, Exception exception, string url, string profileType);

    [LoggerMessage(1012, LogLevel.Error, "scrape ended by a bug")]
    public static partial void ScrapeCrashed(ILogger logger, Exception exception, string url, string profileType);

    [LoggerMessage(1013, LogLevel.Debug, "targets updated")]
    public static partial void TargetsUpdated(ILogger logger, int scrapes, int started, int stopped, int dropped);

    [LoggerMessage(1014, LogLevel.Debug, "CPU profiling already in use, one more try")]
    public static partial void CpuRetried(ILogger logger, string url, string profileType);

    [LoggerMessage(1015, LogLevel.Warning, "targets over target_limit are not scraped")]
    public static partial void TargetsLimited(ILogger logger, int count, string reason);

    [LoggerMessage(1016, LogLevel.Warning, "target has more labels than Pyroscope takes by default")]
    public static partial void LabelsCrowded(ILogger logger, string url, string labels, string problem);
}
