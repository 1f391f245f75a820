using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Http;

namespace Stoker.Scrape;

/// <summary>What the user wrote in a <c>pyroscope.scrape</c> block. Immutable.</summary>
public sealed record ScrapeArguments
{
    public static readonly TimeSpan DefaultInterval = TimeSpan.FromSeconds(15);

    // The limits on by default of design 3.13.
    private const long DefaultResponseSizeLimit = 16 << 20;
    private const long DefaultBodySizeLimit = 64 << 20;

    public IReadOnlyList<Target> Targets { get; init; } = [];

    public IReadOnlyList<ProfileReceiverValue> ForwardTo { get; init; } = [];

    /// <summary>Empty where the target's own <c>job</c> or the component's identifier holds.</summary>
    public string JobName { get; init; } = "";

    public IReadOnlyDictionary<string, IReadOnlyList<string>> Params { get; init; } = new Dictionary<string, IReadOnlyList<string>>();

    public TimeSpan ScrapeInterval { get; init; } = DefaultInterval;

    /// <summary>Null where the default, which depends on the interval, holds.</summary>
    public TimeSpan? ScrapeTimeout { get; init; }

    /// <summary>Null where it is the interval less one second.</summary>
    public TimeSpan? DeltaProfilingDuration { get; init; }

    public string Scheme { get; init; } = "http";

    public HttpClientArguments Http { get; init; } = new();

    public ProfilingArguments Profiling { get; init; } = new();

    public ClusteringArguments? Clustering { get; init; }

    /// <summary>The largest body in bytes as it comes over the wire.</summary>
    public long ResponseSizeLimit { get; init; } = DefaultResponseSizeLimit;

    /// <summary>The largest body in bytes after it was inflated.</summary>
    public long BodySizeLimit { get; init; } = DefaultBodySizeLimit;

    /// <summary>How many targets are scraped at most; 0 for no limit, here and in the next three.</summary>
    public long TargetLimit { get; init; }

    /// <summary>How many labels a delivered profile has at most, <c>__name__</c> included.</summary>
    public long LabelLimit { get; init; }

    /// <summary>The longest name of a delivered label, in bytes of UTF-8.</summary>
    public long LabelNameLengthLimit { get; init; }

    /// <summary>The longest value of a delivered label, in bytes of UTF-8.</summary>
    public long LabelValueLengthLimit { get; init; }

    public static BlockSchema<ScrapeArguments> Schema { get; } = ScrapeHints.AddTo(new BlockSchema<ScrapeArguments>(new ScrapeArguments()))
        .Required("targets", ArgumentTypes.Targets, a => a.Targets, (a, v) => a with { Targets = v }, "List of targets to scrape.")
        .Required(
            "forward_to", ArgumentTypes.Receivers, a => a.ForwardTo, (a, v) => a with { ForwardTo = v },
            "List of receivers to send scraped profiles to.")
        .Optional(
            "job_name", ArgumentTypes.String, a => a.JobName, (a, v) => a with { JobName = v }, "The job name to override the job label with.",
            "component name")
        .Optional(
            "params", ArgumentTypes.Map(ArgumentTypes.List(ArgumentTypes.String)), a => a.Params, (a, v) => a with { Params = v },
            "A set of query parameters with which the target is scraped.")
        .Optional(
            "scrape_interval", ArgumentTypes.Duration, a => a.ScrapeInterval, (a, v) => a with { ScrapeInterval = v },
            "How frequently to scrape the targets of this scrape configuration.", "\"15s\"")
        .Optional(
            "scrape_timeout", ArgumentTypes.Duration.OrUnset(), a => a.ScrapeTimeout, (a, v) => a with { ScrapeTimeout = v },
            "The timeout for scraping targets of this configuration.", "\"18s\"")
        .Optional(
            "delta_profiling_duration", ArgumentTypes.Duration.OrUnset(), a => a.DeltaProfilingDuration, (a, v) => a with { DeltaProfilingDuration = v },
            "The duration for a delta profiling to be scraped. Must be larger than 1 second.", "\"14s\"")
        .Optional(
            "scheme", ArgumentTypes.String, a => a.Scheme, (a, v) => a with { Scheme = v },
            "The URL scheme with which to fetch profiles from targets: http or https.")
        .Optional(
            "response_size_limit", ArgumentTypes.ByteSize, a => a.ResponseSizeLimit, (a, v) => a with { ResponseSizeLimit = v },
            "The largest body that is taken, as it comes over the wire.")
        .Optional(
            "body_size_limit", ArgumentTypes.ByteSize, a => a.BodySizeLimit, (a, v) => a with { BodySizeLimit = v },
            "The largest body that is taken, after it was inflated.")
        .Optional(
            "target_limit", ArgumentTypes.Integer, a => a.TargetLimit, (a, v) => a with { TargetLimit = v },
            "How many targets are scraped at most; 0 for no limit.", "0")
        .Optional(
            "label_limit", ArgumentTypes.Integer, a => a.LabelLimit, (a, v) => a with { LabelLimit = v },
            "How many delivered labels a target may have, `__name__` included; 0 for no limit.", "0")
        .Optional(
            "label_name_length_limit", ArgumentTypes.Integer, a => a.LabelNameLengthLimit, (a, v) => a with { LabelNameLengthLimit = v },
            "The longest name of a delivered label, in bytes of UTF-8; 0 for no limit.", "0")
        .Optional(
            "label_value_length_limit", ArgumentTypes.Integer, a => a.LabelValueLengthLimit, (a, v) => a with { LabelValueLengthLimit = v },
            "The longest value of a delivered label, in bytes of UTF-8; 0 for no limit.", "0")
        .Squash(HttpClientArguments.Schema, a => a.Http, (a, v) => a with { Http = v })
        .Block(
            "profiling_config", ProfilingArguments.Schema, a => a.Profiling, (a, v) => a with { Profiling = v },
            "Configure profiling settings for the scrape job.")
        .Block(
            "clustering", ClusteringArguments.Schema, a => a.Clustering, (a, v) => a with { Clustering = v },
            "Configure the component for when the agent is running in clustered mode.")
        .Validate(ScrapeValidation.Check);
}
