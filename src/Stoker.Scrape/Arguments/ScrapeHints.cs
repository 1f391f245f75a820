using Stoker.Components.Arguments;

namespace Stoker.Scrape;

/// <summary>What people write in a <c>pyroscope.scrape</c> who know Prometheus's and Parca's configurations, and what to write instead.</summary>
internal static class ScrapeHints
{
    private const string Relabelling =
        "targets are relabelled by a component of their own: a discovery.relabel \"LABEL\" { ... } with rule blocks, whose output becomes the targets here";

    private static readonly string[] Discoveries = ["kubernetes", "docker", "consul", "dns", "http", "file"];

    public static BlockSchema<ScrapeArguments> AddTo(BlockSchema<ScrapeArguments> schema)
    {
        foreach (string name in (string[])["relabel_configs", "relabel_config", "relabel_rules", "relabel_rule", "relabel", "rule"])
        {
            schema.Hint(name, Relabelling);
        }

        foreach (string name in (string[])["metric_relabel_configs", "metric_relabel_config"])
        {
            schema.Hint(name, "profiles keep the labels of their targets; relabel those with a discovery.relabel \"LABEL\" { ... } before they come here");
        }

        foreach (string name in (string[])["static_configs", "static_config", "static_targets"])
        {
            schema.Hint(name, "targets that are known are written as targets = [{\"__address__\" = \"HOST:PORT\"}]");
        }

        foreach (string kind in Discoveries)
        {
            schema.Hint($"{kind}_sd_configs", $"targets are found by a component of their own, discovery.{kind} \"LABEL\" {{ ... }}, whose targets become the targets here");
        }

        foreach (string name in (string[])["metrics_path", "profile_path", "path"])
        {
            schema.Hint(name, "each profile type has a path of its own: profiling_config { profile.memory { path = \"/debug/pprof/allocs\" } }");
        }

        foreach (StandardProfile standard in StandardProfile.All)
        {
            schema.Hint(standard.BlockName, $"it stands inside profiling_config {{ {standard.BlockName} {{ ... }} }}");
        }

        return schema
            .Hint("profile.custom", "it stands inside profiling_config { profile.custom \"TYPE\" { ... } }")
            .Hint("scrape_configs", "each scrape configuration is a pyroscope.scrape of its own")
            .Hint("interval", "did you mean \"scrape_interval\"?")
            .Hint("timeout", "did you mean \"scrape_timeout\"?")
            .Hint("labels", "labels are added to each target, or for all profiles by external_labels in pyroscope.write")
            .Hint("external_labels", "external_labels stand in pyroscope.write")
            .Hint("endpoint", "endpoints stand in pyroscope.write, whose receiver is what forward_to takes");
    }

    public static BlockSchema<ProfilingArguments> AddTo(BlockSchema<ProfilingArguments> schema) => schema
        .Hint("profile.cpu", "the CPU profile is profile.process_cpu")
        .Hint("profile.profile", "the CPU profile is profile.process_cpu")
        .Hint("profile.heap", "the heap is profile.memory, which asks for /debug/pprof/allocs; set its path for another endpoint")
        .Hint("profile.allocs", "allocations are profile.memory, which asks for /debug/pprof/allocs")
        .Hint("profile.inuse", "the heap is profile.memory")
        .Hint("profile.goroutines", "did you mean \"profile.goroutine\"?")
        .Hint("profile.contention", "contention is profile.mutex")
        .Hint("profile.wall", "wall-clock time is profile.fgprof")
        .Hint("profile.delta_heap", "godeltaprof's heap is profile.godeltaprof_memory")
        .Hint("profile.delta_mutex", "godeltaprof's mutexes are profile.godeltaprof_mutex")
        .Hint("profile.delta_block", "godeltaprof's blocking is profile.godeltaprof_block")
        .Hint("profile.godeltaprof", "its blocks are profile.godeltaprof_memory, profile.godeltaprof_mutex and profile.godeltaprof_block");
}
