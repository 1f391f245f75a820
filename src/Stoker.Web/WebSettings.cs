namespace Stoker.Web;

/// <summary>What the command line says about the server.</summary>
public sealed record WebSettings
{
    public ListenAddress Listen { get; init; } = ListenAddress.Default;

    /// <summary>What stands before the paths of the pages and of <c>/api/v0/web</c>, and of nothing else; with or without its slashes.</summary>
    public string UiPathPrefix { get; init; } = "/";

    /// <summary>The name of this node among its peers.</summary>
    public string NodeName { get; init; } = Environment.MachineName;

    public string Version { get; init; } = "";

    /// <summary>The prefix with a slash at both ends.</summary>
    internal string Prefix => UiPathPrefix.Trim('/') is { Length: > 0 } inner ? $"/{inner}/" : "/";
}
