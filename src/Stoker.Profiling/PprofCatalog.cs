namespace Stoker.Profiling;

/// <param name="Name">The last part of the path.</param>
/// <param name="Query">What a link from the index adds to it.</param>
internal sealed record PprofEntry(string Name, string Query, string Description, bool IsServed);

/// <summary>What a Go program has below <c>/debug/pprof</c>, and which of it there is here.</summary>
internal static class PprofCatalog
{
    public static IReadOnlyList<PprofEntry> Entries { get; } =
    [
        new("profile", "?seconds=30", "CPU profile. seconds: 1 to 300, default 30. hz: samples for each second of CPU time, 1 to 999, default 99. engine: auto, perf or eventpipe.", true),
        new("cmdline", "", "The command line of this process, its parts separated by NUL.", true),
        new("allocs", "", "Not served yet.", false),
        new("heap", "", "Not served yet.", false),
        new("mutex", "", "Not served yet.", false),
        new("block", "", "Not served yet.", false),
        new("goroutine", "", "Not served yet.", false),
    ];

    public static PprofEntry? Find(string? name) => Entries.FirstOrDefault(entry => entry.Name == name);
}
