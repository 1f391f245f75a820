using Microsoft.Extensions.Logging;

namespace Stoker;

internal static partial class Log
{
    [LoggerMessage(5000, LogLevel.Information, "Stoker is running")]
    public static partial void Started(ILogger logger, string version, string listening);

    [LoggerMessage(5001, LogLevel.Information, "Stoker has stopped")]
    public static partial void Stopped(ILogger logger);

    [LoggerMessage(5002, LogLevel.Information, "reload requested by signal")]
    public static partial void ReloadRequested(ILogger logger);

    [LoggerMessage(5003, LogLevel.Warning, "flag has no effect")]
    public static partial void FlagWithoutEffect(ILogger logger, string flag, string why);

    [LoggerMessage(5004, LogLevel.Information, "protection of the HTTP server has changed")]
    public static partial void ServerProtection(ILogger logger, bool tls, bool basicAuth);
}
