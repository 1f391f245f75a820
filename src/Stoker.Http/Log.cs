using Microsoft.Extensions.Logging;

namespace Stoker.Http;

/// <summary>The log events of the HTTP client: ids 6000 to 6999, never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Warning, "no new oauth2 token")]
    public static partial void TokenFailed(ILogger logger, string tokenUrl, string error, string remedy, bool hasPresentToken);

    [LoggerMessage(6001, LogLevel.Information, "oauth2 token has come again")]
    public static partial void TokenRecovered(ILogger logger, string tokenUrl);
}
