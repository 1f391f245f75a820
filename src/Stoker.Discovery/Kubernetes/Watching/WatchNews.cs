namespace Stoker.Discovery.Kubernetes;

/// <summary>What a watch has learnt, on its way to <see cref="ClusterView"/>.</summary>
internal abstract record WatchNews(WatchTarget Target)
{
    /// <summary>Everything that there is, in place of what was known.</summary>
    /// <param name="Broken">Objects that cannot be read: what was known of them stays.</param>
    internal sealed record Listed(
        WatchTarget Target, IReadOnlyList<KubeObject> Objects, IReadOnlyList<BrokenObject> Broken) : WatchNews(Target);

    internal sealed record Changed(WatchTarget Target, KubeObject Object) : WatchNews(Target);

    internal sealed record Deleted(WatchTarget Target, string Key) : WatchNews(Target);

    internal sealed record Unreadable(WatchTarget Target, BrokenObject Broken) : WatchNews(Target);

    /// <summary>The server answers; nothing has changed.</summary>
    internal sealed record Confirmed(WatchTarget Target) : WatchNews(Target);

    /// <summary>A list failed.</summary>
    internal sealed record Failed(WatchTarget Target, ApiFailure Failure) : WatchNews(Target);

    /// <summary>A watch failed: lists may go on, but changes are not seen as they come.</summary>
    internal sealed record WatchFailed(WatchTarget Target, ApiFailure Failure) : WatchNews(Target);

    /// <summary>The watch that failed works again.</summary>
    internal sealed record WatchWorks(WatchTarget Target) : WatchNews(Target);
}

/// <param name="Key">Namespace and name; empty where not even those can be read.</param>
internal sealed record BrokenObject(string Key, string Reason);
