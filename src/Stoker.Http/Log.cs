using Microsoft.Extensions.Logging;

namespace Stoker.Http;

/// <summary>The log events of the HTTP client: ids 6000 to 6999, never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Warning, "no new oauth2 token")]
    public static partial void TokenFailed(ILogger logger, string tokenUrl, string error, string remedy, bool hasPresentToken);

    [LoggerMessage(6001, LogLevel.Information, "oauth2 token has come again")]
    public static partial void TokenRecovered(ILogger logger, string tokenUrl);

    [LoggerMessage(6010, LogLevel.Warning, "changed certificate files cannot be used, the ones read before stay in use")]
    public static partial void CertificatesRefused(ILogger logger, string error);

    [LoggerMessage(6011, LogLevel.Information, "changed certificate files are in use")]
    public static partial void CertificatesReplaced(ILogger logger);

    [LoggerMessage(6012, LogLevel.Warning, "the HTTP server's changed certificate files cannot be used, the ones read before stay in use")]
    public static partial void ServerCertificatesRefused(ILogger logger, string error);

    [LoggerMessage(6013, LogLevel.Information, "the HTTP server's changed certificate files are in use")]
    public static partial void ServerCertificatesReplaced(ILogger logger);
}
