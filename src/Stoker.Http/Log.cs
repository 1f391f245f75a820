using Microsoft.Extensions.Logging;

namespace Stoker.Http;

/// <summary>The log events of the HTTP client: ids 6000 to 6999, never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Warning, "changed certificate files cannot be used, the ones read before stay in use")]
    public static partial void CertificatesRefused(ILogger logger, string error);

    [LoggerMessage(6001, LogLevel.Information, "changed certificate files are in use")]
    public static partial void CertificatesReplaced(ILogger logger);
}
