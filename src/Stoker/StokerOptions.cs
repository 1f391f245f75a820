using Stoker.Syntax;

namespace Stoker;

/// <summary>The settings of the process, as the flags of <c>stoker run</c> give them.</summary>
internal sealed record StokerOptions
{
    public const string DefaultListenAddress = "127.0.0.1:12345";
    public const string DefaultStoragePath = "data-stoker/";

    public static readonly TimeSpan DefaultShutdownDeadline = TimeSpan.FromMinutes(10);

    /// <summary>The file or directory of the configuration, as the user gave it.</summary>
    public required string ConfigurationPath { get; init; }

    /// <summary>The least settled parts of the language that may be used.</summary>
    public StabilityLevel Stability { get; init; } = StabilityLevel.GenerallyAvailable;

    /// <summary>True where a configuration is only looked at, perhaps on another machine than the one it is for.</summary>
    public bool IsInspection { get; init; }

    public string ListenAddress { get; init; } = DefaultListenAddress;

    public string UiPathPrefix { get; init; } = "/";

    public bool EnablePprof { get; init; } = true;

    public string StoragePath { get; init; } = DefaultStoragePath;

    /// <summary>How long a component may take to stop.</summary>
    public TimeSpan ShutdownDeadline { get; init; } = DefaultShutdownDeadline;

    /// <summary>After this time the run ends cleanly by itself; null runs until it is told to stop.</summary>
    public TimeSpan? StopAfter { get; init; }
}
