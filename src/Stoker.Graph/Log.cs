using Microsoft.Extensions.Logging;

namespace Stoker.Graph;

internal static partial class Log
{
    [LoggerMessage(3000, LogLevel.Information, "configuration loaded")]
    public static partial void ConfigurationLoaded(ILogger logger, string path, int components, string sha256);

    [LoggerMessage(3001, LogLevel.Error, "configuration not reloaded, the running one stays")]
    public static partial void ReloadFailed(ILogger logger, string path, int mistakes);

    [LoggerMessage(3002, LogLevel.Error, "configuration mistake")]
    public static partial void ConfigurationMistake(ILogger logger, string place, string problem);

    [LoggerMessage(3003, LogLevel.Warning, "configuration warning")]
    public static partial void ConfigurationWarning(ILogger logger, string place, string problem);

    [LoggerMessage(3004, LogLevel.Error, "component failed")]
    public static partial void ComponentFailed(ILogger logger, Exception exception, string node);

    [LoggerMessage(3005, LogLevel.Error, "component did not stop in time and is abandoned")]
    public static partial void ComponentAbandoned(ILogger logger, string node, TimeSpan deadline);

    [LoggerMessage(3006, LogLevel.Error, "component not updated, it keeps its arguments")]
    public static partial void UpdateFailed(ILogger logger, string node, string reason);

    [LoggerMessage(3007, LogLevel.Warning, "component is not made yet")]
    public static partial void NodeWaits(ILogger logger, string node, string reason);

    [LoggerMessage(3008, LogLevel.Warning, "component is still stopping")]
    public static partial void ComponentStopping(ILogger logger, string node, TimeSpan waited, TimeSpan deadline);

    [LoggerMessage(3009, LogLevel.Error, "what changed is not taken up, because not everything could be evaluated")]
    public static partial void SettleRefused(ILogger logger);

    [LoggerMessage(3010, LogLevel.Error, "evaluation failed by a bug")]
    public static partial void EvaluationFailed(ILogger logger, Exception exception, string node);
}
