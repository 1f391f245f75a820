using Stoker.Components.Arguments;

namespace Stoker.Scrape;

/// <summary>A profile type of the component and where its block stands.</summary>
/// <param name="Place">The path of the block for a <see cref="ValidationContext"/>.</param>
public sealed record ConfiguredProfile(string Type, ProfileArguments Arguments, string Place);

/// <summary>The block <c>profiling_config</c>. Immutable.</summary>
public sealed record ProfilingArguments
{
    public string PathPrefix { get; init; } = "";

    /// <summary>The arguments of each standard profile type, by type.</summary>
    public IReadOnlyDictionary<string, ProfileArguments> Standard { get; init; } =
        StandardProfile.All.ToDictionary(profile => profile.Type, profile => profile.Defaults, StringComparer.Ordinal);

    public IReadOnlyList<Labelled<ProfileArguments>> Custom { get; init; } = [];

    public static BlockSchema<ProfilingArguments> Schema { get; } = CreateSchema();

    /// <summary>
    /// The enabled profile types in the order of the page, then the custom ones as written. A custom block named like a standard type takes
    /// its place, also where it only switches it off.
    /// </summary>
    public IReadOnlyList<ConfiguredProfile> EnabledProfiles()
    {
        var profiles = new List<ConfiguredProfile>();
        foreach (StandardProfile standard in StandardProfile.All)
        {
            if (!Custom.Any(custom => custom.BlockLabel == standard.Type))
            {
                profiles.Add(new ConfiguredProfile(standard.Type, Standard[standard.Type], $"profiling_config/{standard.BlockName}"));
            }
        }

        foreach (Labelled<ProfileArguments> custom in Custom)
        {
            profiles.Add(new ConfiguredProfile(custom.BlockLabel, custom.Arguments, $"profiling_config/profile.custom[{custom.BlockLabel}]"));
        }

        return [.. profiles.Where(profile => profile.Arguments.Enabled)];
    }

    private static BlockSchema<ProfilingArguments> CreateSchema()
    {
        BlockSchema<ProfilingArguments> schema = new BlockSchema<ProfilingArguments>(new ProfilingArguments())
            .Optional(
                "path_prefix", ArgumentTypes.String, a => a.PathPrefix, (a, v) => a with { PathPrefix = v },
                "The path prefix to use when scraping targets.");
        foreach (StandardProfile standard in StandardProfile.All)
        {
            schema.Block(
                standard.BlockName,
                ProfileArguments.StandardSchema(standard.Defaults),
                a => a.Standard[standard.Type],
                (a, v) => a with { Standard = new Dictionary<string, ProfileArguments>(a.Standard, StringComparer.Ordinal) { [standard.Type] = v } },
                $"Settings of the profile type {standard.Type}.");
        }

        return ScrapeHints.AddTo(schema).LabelledBlocks(
            "profile.custom", ProfileArguments.CustomSchema, a => a.Custom, (a, v) => a with { Custom = v },
            "Collect profiles from a custom endpoint; the label is the profile type.");
    }
}
