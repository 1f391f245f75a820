namespace Stoker.Discovery.Kubernetes;

/// <summary>One line of a watch.</summary>
/// <param name="ResourceVersion">Up to where the watch has been read with it; empty where it does not say.</param>
internal abstract record WatchEvent(string ResourceVersion)
{
    internal sealed record Changed(KubeObject Object, string ResourceVersion) : WatchEvent(ResourceVersion);

    internal sealed record Deleted(string Key, string ResourceVersion) : WatchEvent(ResourceVersion);

    internal sealed record Bookmark(string ResourceVersion) : WatchEvent(ResourceVersion);

    internal sealed record Unreadable(BrokenObject Broken, string ResourceVersion) : WatchEvent(ResourceVersion);

    /// <summary>The server gives the watch up.</summary>
    internal sealed record Error(StatusModel Status) : WatchEvent("");

    /// <summary>The line is no event: what follows cannot be trusted.</summary>
    internal sealed record Malformed() : WatchEvent("");
}
