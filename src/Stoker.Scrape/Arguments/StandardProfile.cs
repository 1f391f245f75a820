namespace Stoker.Scrape;

/// <summary>One of the profile types that have a block of their own.</summary>
/// <param name="Type">The type, such as <c>process_cpu</c>; its block is <c>profile.process_cpu</c>.</param>
public sealed record StandardProfile(string Type, ProfileArguments Defaults)
{
    public string BlockName => "profile." + Type;

    /// <summary>All of them, in the order in which the reference page lists their URLs.</summary>
    public static IReadOnlyList<StandardProfile> All { get; } =
    [
        new("memory", new ProfileArguments { Enabled = true, Path = "/debug/pprof/allocs" }),
        new("block", new ProfileArguments { Enabled = true, Path = "/debug/pprof/block" }),
        new("goroutine", new ProfileArguments { Enabled = true, Path = "/debug/pprof/goroutine" }),
        new("mutex", new ProfileArguments { Enabled = true, Path = "/debug/pprof/mutex" }),
        new("process_cpu", new ProfileArguments { Enabled = true, Path = "/debug/pprof/profile", Delta = true }),
        new("fgprof", new ProfileArguments { Path = "/debug/fgprof", Delta = true }),
        new("godeltaprof_memory", new ProfileArguments { Path = "/debug/pprof/delta_heap" }),
        new("godeltaprof_mutex", new ProfileArguments { Path = "/debug/pprof/delta_mutex" }),
        new("godeltaprof_block", new ProfileArguments { Path = "/debug/pprof/delta_block" }),
    ];
}
