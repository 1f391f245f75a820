using Microsoft.Extensions.Logging;

namespace Stoker.Web;

internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "HTTP server is listening")]
    public static partial void Listening(ILogger logger, string address);
}
