using Prometheus;
using Stoker.Components;

namespace Stoker.Discovery.Consul;

/// <summary>What a <c>discovery.consul</c> counts, by the names that Prometheus has for it.</summary>
internal static class ConsulMetrics
{
    public static Counter.Child Failures(ComponentMetrics metrics) =>
        metrics.Counter("prometheus_sd_consul_rpc_failures_total", "Requests to Consul that failed.");

    /// <param name="call"><c>services</c> for the catalog's list, <c>service</c> for the instances of one.</param>
    public static Summary.Child Duration(ComponentMetrics metrics, string call) => metrics.Summary(
        "prometheus_sd_consul_rpc_duration_seconds",
        "How long requests to Consul took, those included that wait for a change.",
        ("endpoint", "catalog"),
        ("call", call));

    /// <summary>Why an answer that Consul filtered until nothing was left does not end what was known: it may be there still.</summary>
    public static string WhyLost(string what) =>
        $"the token no longer reads {what}: Consul left out all of it for want of a right; the token needs service:read and node:read";

    /// <summary>Adds to what was left out of an answer that Consul left out some of it itself.</summary>
    public static IReadOnlyList<SkippedEntry> WithFiltered(IReadOnlyList<SkippedEntry> skipped, bool isFiltered) => isFiltered
        ? [.. skipped, new SkippedEntry("answer", "Consul left out what the token may not read; it needs service:read and node:read for all that is wanted")]
        : skipped;
}
