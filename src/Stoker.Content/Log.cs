using Microsoft.Extensions.Logging;

namespace Stoker.Content;

/// <summary>The log events of the components that bring text from outside: ids 9000 to 9999, never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(9000, LogLevel.Warning, "content cannot be read; what was read before, if anything, stays in use")]
    public static partial void ContentFailed(ILogger logger, string source, string error);

    [LoggerMessage(9001, LogLevel.Information, "content can be read again")]
    public static partial void ContentRecovered(ILogger logger, string source);

    [LoggerMessage(9002, LogLevel.Debug, "content published")]
    public static partial void ContentPublished(ILogger logger, string source, long bytes);

    [LoggerMessage(9003, LogLevel.Warning, "content is read with a restriction")]
    public static partial void ContentRemark(ILogger logger, string source, string remark);
}
