using Stoker.Components.Arguments;
using Stoker.Syntax;

namespace Stoker.Scrape;

/// <summary>What is valid in the profile types of a component and yet hardly meant so.</summary>
internal static class ProfileWarnings
{
    // Go profiles the CPU for 30 seconds where a request names no seconds; the answer takes its time too.
    private static readonly TimeSpan EnoughForServerDefault = TimeSpan.FromSeconds(31);

    /// <summary>A CPU profile without seconds that cannot end before its deadline.</summary>
    public static void WarnOfEndlessProfile(ScrapeArguments arguments, ConfiguredProfile profile, ScrapeTiming timing, ValidationContext context)
    {
        if (profile is { Type: "process_cpu" or "fgprof", Arguments.Delta: false }
            && !profile.Arguments.Path.Contains("seconds=", StringComparison.Ordinal)
            && !arguments.Params.ContainsKey("seconds")
            && timing.Deadline(null) < EnoughForServerDefault)
        {
            context.Warning(
                $"{profile.Place}/delta",
                $"with delta = false no seconds are asked for, and Go then profiles for 30s, which the deadline of {GoDuration.Format(timing.Deadline(null))} does not allow: set delta = true or a scrape_timeout of 31s or more");
        }
    }

    /// <summary>A profile type and its counterpart of godeltaprof, which both are delivered under the same name.</summary>
    public static void WarnOfDoubles(IReadOnlyList<ConfiguredProfile> profiles, ValidationContext context)
    {
        foreach (string type in (string[])["memory", "mutex", "block"])
        {
            if (profiles.FirstOrDefault(profile => profile.Type == "godeltaprof_" + type) is { } delta
                && profiles.Any(profile => profile.Type == type && profile.Place == $"profiling_config/profile.{type}"))
            {
                string byDefault = context.IsSet($"profiling_config/profile.{type}") ? "" : " (by default)";
                context.Warning(
                    delta.Place,
                    $"profile.{type} is enabled too{byDefault}, so both are stored as \"{type}\" and its values count twice: add profile.{type} {{ enabled = false }}");
            }
        }
    }
}
