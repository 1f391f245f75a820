using Stoker.Components.Arguments;

namespace Stoker.Scrape;

/// <summary>What the user wrote in one <c>profile.*</c> block, or its defaults. Immutable.</summary>
public sealed record ProfileArguments
{
    public bool Enabled { get; init; }

    /// <summary>The path on the target, with or without a query.</summary>
    public string Path { get; init; } = "";

    /// <summary>True where the target is asked for a profile over some seconds.</summary>
    public bool Delta { get; init; }

    /// <summary>Null where the component's own value holds, here and in the next two.</summary>
    public TimeSpan? ScrapeInterval { get; init; }

    public TimeSpan? ScrapeTimeout { get; init; }

    public TimeSpan? DeltaProfilingDuration { get; init; }

    /// <summary>The declaration of <c>profile.custom</c>, where the user says everything.</summary>
    public static BlockSchema<ProfileArguments> CustomSchema { get; } = AddOverrides(new BlockSchema<ProfileArguments>(new ProfileArguments())
        .Required("enabled", ArgumentTypes.Bool, a => a.Enabled, (a, v) => a with { Enabled = v }, "Enable this profile type to be scraped.")
        .Required("path", ArgumentTypes.String, a => a.Path, (a, v) => a with { Path = v }, "The path to the profile type on the target; a query in it is kept.")
        .Optional("delta", ArgumentTypes.Bool, a => a.Delta, (a, v) => a with { Delta = v }, "Whether to scrape the profile as a delta."));

    /// <summary>The declaration of a standard profile block, each with its own defaults.</summary>
    public static BlockSchema<ProfileArguments> StandardSchema(ProfileArguments defaults) => AddOverrides(new BlockSchema<ProfileArguments>(defaults)
        .Optional("enabled", ArgumentTypes.Bool, a => a.Enabled, (a, v) => a with { Enabled = v }, "Enable this profile type to be scraped.")
        .Optional("path", ArgumentTypes.String, a => a.Path, (a, v) => a with { Path = v }, "The path to the profile type on the target; a query in it is kept.")
        .Optional("delta", ArgumentTypes.Bool, a => a.Delta, (a, v) => a with { Delta = v }, "Whether to scrape the profile as a delta."));

    private static BlockSchema<ProfileArguments> AddOverrides(BlockSchema<ProfileArguments> schema) => schema
        .Optional(
            "scrape_interval", ArgumentTypes.Duration.OrUnset(), a => a.ScrapeInterval, (a, v) => a with { ScrapeInterval = v },
            "How frequently to scrape this profile type.", "the component's")
        .Optional(
            "scrape_timeout", ArgumentTypes.Duration.OrUnset(), a => a.ScrapeTimeout, (a, v) => a with { ScrapeTimeout = v },
            "The timeout for scraping this profile type.", "the component's")
        .Optional(
            "delta_profiling_duration", ArgumentTypes.Duration.OrUnset(), a => a.DeltaProfilingDuration, (a, v) => a with { DeltaProfilingDuration = v },
            "The seconds that this profile type is asked for where delta is true.", "the component's");
}
