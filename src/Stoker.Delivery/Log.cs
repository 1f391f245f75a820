using Microsoft.Extensions.Logging;

namespace Stoker.Delivery;

/// <summary>The log events of the sinks: 2000 to 2999.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Warning, "endpoint is failing")]
    public static partial void EndpointFailing(ILogger logger, string endpoint, string error, string remedy);

    [LoggerMessage(2001, LogLevel.Information, "endpoint has recovered")]
    public static partial void EndpointRecovered(
        ILogger logger, string endpoint, string failedFor, long deliveredMeanwhile, long droppedMeanwhile, long queued);

    [LoggerMessage(2002, LogLevel.Warning, "profiles dropped")]
    public static partial void ProfilesDropped(
        ILogger logger, string endpoint, string reason, string detail, string labels, long bytes, long othersSinceLastLine);

    [LoggerMessage(2003, LogLevel.Debug, "push failed")]
    public static partial void PushFailed(ILogger logger, string endpoint, string error, string labels, long bytes, int attempt);

    [LoggerMessage(2004, LogLevel.Debug, "profile delivered")]
    public static partial void ProfileDelivered(ILogger logger, string endpoint, string labels, long bytes, double seconds);

    [LoggerMessage(2005, LogLevel.Warning, "queue was not delivered before the stop")]
    public static partial void QueueAbandoned(ILogger logger, string endpoint, long profiles, string reason);

    [LoggerMessage(2100, LogLevel.Information, "profile written")]
    public static partial void ProfileWritten(ILogger logger, string path, long bytes);

    [LoggerMessage(2101, LogLevel.Error, "profiles cannot be written")]
    public static partial void WritesFailing(ILogger logger, string directory, string error, string remedy);

    [LoggerMessage(2102, LogLevel.Information, "profiles can be written again")]
    public static partial void WritesRecovered(ILogger logger, string directory, string failedFor, long queued, long droppedMeanwhile);

    [LoggerMessage(2103, LogLevel.Debug, "old profile removed")]
    public static partial void ProfileRemoved(ILogger logger, string path, long bytes, string reason);

    [LoggerMessage(2104, LogLevel.Information, "profiles of earlier runs found")]
    public static partial void EarlierProfilesFound(ILogger logger, string directory, long files, long bytes, int leftoversRemoved);
}
