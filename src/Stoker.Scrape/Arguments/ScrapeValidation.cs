using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Syntax;

namespace Stoker.Scrape;

/// <summary>The page's rules on decoded arguments; every breach is reported at the place that the user has to change.</summary>
internal static class ScrapeValidation
{
    // Arrays are indexed with 32 bits, and a pooled buffer doubles as it grows.
    private const long LargestLimit = 1L << 30;

    // Compared with one another, so that one that is no duration would have the others judged by its default.
    private static readonly string[] Times = ["scrape_interval", "scrape_timeout", "delta_profiling_duration"];

    public static void Check(ScrapeArguments arguments, ValidationContext context)
    {
        IReadOnlyList<ConfiguredProfile> profiles = arguments.Profiling.EnabledProfiles();
        bool valid = CheckTimes(arguments, profiles, context);
        valid &= CheckLimit(arguments.ResponseSizeLimit, "response_size_limit", context);
        valid &= CheckLimit(arguments.BodySizeLimit, "body_size_limit", context);
        valid &= CheckCount(arguments.TargetLimit, "target_limit", context);
        valid &= CheckCount(arguments.LabelLimit, "label_limit", context);
        valid &= CheckCount(arguments.LabelNameLengthLimit, "label_name_length_limit", context);
        valid &= CheckCount(arguments.LabelValueLengthLimit, "label_value_length_limit", context);
        if (!ScrapeUrl.TryNormalizeScheme(arguments.Scheme, out _))
        {
            context.Error("scheme", $"scheme should be \"http\" or \"https\", got \"{arguments.Scheme}\"");
            valid = false;
        }

        bool hasBrokenTimes = Times.Any(context.IsBroken);
        valid &= !hasBrokenTimes;
        foreach (ConfiguredProfile profile in profiles)
        {
            valid &= CheckPath(profile, context) & (hasBrokenTimes || CheckDelta(arguments, profile, context));
        }

        if (!valid)
        {
            // A whole plan builds on valid times and paths and would only repeat the same mistakes for each target; where it is can be told.
            var planner = new TargetPlanner(arguments with { Scheme = Uri.UriSchemeHttp }, "");
            CheckLiteralTargets(arguments, target => planner.Locate(target.Labels, out _, out _), context);
            return;
        }

        WarnOfShortTimeouts(arguments, profiles, context);
        ProfileWarnings.WarnOfDoubles(profiles, context);
        ServiceAccountToken.Warn(arguments, context);

        // The component's identifier, which can become the label job, is not known here: none is shorter than this one.
        var whole = new TargetPlanner(arguments, ScrapeComponent.Name + ".x");
        CheckWholeTargets(arguments, whole, context);
    }

    private static bool CheckTimes(ScrapeArguments arguments, IReadOnlyList<ConfiguredProfile> profiles, ValidationContext context)
    {
        bool valid = CheckPositive(arguments.ScrapeInterval, "scrape_interval", context)
            & CheckPositive(arguments.ScrapeTimeout, "scrape_timeout", context);
        foreach (ConfiguredProfile profile in profiles)
        {
            valid &= CheckPositive(profile.Arguments.ScrapeInterval, $"{profile.Place}/scrape_interval", context)
                & CheckPositive(profile.Arguments.ScrapeTimeout, $"{profile.Place}/scrape_timeout", context);
        }

        return valid;
    }

    private static bool CheckPositive(TimeSpan? value, string path, ValidationContext context)
    {
        string name = path[(path.LastIndexOf('/') + 1)..];
        if (value <= TimeSpan.Zero)
        {
            context.Error(path, $"{name} must be greater than 0");
            return false;
        }

        if (value > ScrapeTiming.Longest)
        {
            context.Error(path, $"{name} must be at most {GoDuration.Format(ScrapeTiming.Longest)}");
            return false;
        }

        return true;
    }

    private static bool CheckLimit(long bytes, string name, ValidationContext context)
    {
        if (bytes is > 0 and <= LargestLimit)
        {
            return true;
        }

        context.Error(name, $"{name} must be greater than 0 and at most 1GiB");
        return false;
    }

    private static bool CheckCount(long count, string name, ValidationContext context)
    {
        if (count >= 0)
        {
            return true;
        }

        context.Error(name, $"{name} must not be negative; 0 means no limit");
        return false;
    }

    private static bool CheckPath(ConfiguredProfile profile, ValidationContext context)
    {
        string path = profile.Arguments.Path;
        if (path.Length > 0 && !path.Contains("://", StringComparison.Ordinal))
        {
            return true;
        }

        context.Error($"{profile.Place}/path", path.Length == 0
            ? $"path of the profile type \"{profile.Type}\" must not be empty"
            : $"path should be a path on the target such as \"/debug/pprof/heap\", got the URL \"{path}\"; host and port belong into __address__");
        return false;
    }

    private static bool CheckDelta(ScrapeArguments arguments, ConfiguredProfile profile, ValidationContext context)
    {
        var timing = ScrapeTiming.Of(arguments, profile.Arguments);
        if (!profile.Arguments.Delta || timing.CheckDelta() is not { } mistake)
        {
            return true;
        }

        // The mistake is where the user last had a say: in the profile's block, or else in the component's duration or interval.
        string place = profile.Arguments.DeltaProfilingDuration is not null ? $"{profile.Place}/delta_profiling_duration"
            : profile.Arguments.ScrapeInterval is not null ? $"{profile.Place}/scrape_interval"
            : arguments.DeltaProfilingDuration is not null && !timing.IsIntervalTooShortForDelta ? "delta_profiling_duration"
            : "scrape_interval";
        bool ownTiming = profile.Arguments.DeltaProfilingDuration is not null || profile.Arguments.ScrapeInterval is not null;
        context.Error(place, ownTiming
            ? $"{mistake} (profile type \"{profile.Type}\", which has delta = true)"
            : $"{mistake} while an enabled profile has delta = true");
        return false;
    }

    private static void WarnOfShortTimeouts(ScrapeArguments arguments, IReadOnlyList<ConfiguredProfile> profiles, ValidationContext context)
    {
        if (arguments.ScrapeTimeout is { } timeout && timeout <= arguments.ScrapeInterval)
        {
            var timing = ScrapeTiming.Of(arguments, new ProfileArguments());
            string deadlines = profiles.Any(profile => profile.Arguments.Delta)
                ? $"{Text(timing.Deadline(timing.DeltaSeconds))} for profiles with delta = true (the {Text(timing.DeltaSeconds)} asked for and {Text(timeout)}) and {Text(timeout)} for all others"
                : $"{Text(timeout)}";
            context.Warning(
                "scrape_timeout",
                $"scrape_timeout ({Text(timeout)}) should be larger than scrape_interval ({Text(arguments.ScrapeInterval)}); it is taken as the time beyond the profile's own duration: the deadline of a scrape is {deadlines}");
        }

        foreach (ConfiguredProfile profile in profiles)
        {
            var timing = ScrapeTiming.Of(arguments, profile.Arguments);
            if (profile.Arguments.ScrapeTimeout is { } own && own <= timing.Interval)
            {
                TimeSpan deadline = timing.Deadline(profile.Arguments.Delta ? timing.DeltaSeconds : null);
                context.Warning(
                    $"{profile.Place}/scrape_timeout",
                    $"scrape_timeout ({Text(own)}) should be larger than scrape_interval ({Text(timing.Interval)}); the deadline of a scrape of \"{profile.Type}\" is {Text(deadline)}");
            }

            ProfileWarnings.WarnOfEndlessProfile(arguments, profile, timing, context);
        }
    }

    private static void CheckLiteralTargets(ScrapeArguments arguments, Func<Target, string?> check, ValidationContext context)
    {
        foreach (Target target in arguments.Targets)
        {
            if (target.Literal is { } place && check(target) is { } mistake)
            {
                context.ErrorAt(place, $"this target cannot be scraped: {mistake}");
            }
        }
    }

    private static void CheckWholeTargets(ScrapeArguments arguments, TargetPlanner planner, ValidationContext context)
    {
        var scrapes = new List<PlannedScrape>();
        var crowded = new List<PlannedScrape>();
        CheckLiteralTargets(arguments, Plan, context);
        if (crowded.Count > 0)
        {
            string others = crowded.Count > 1 ? $" ({crowded.Count - 1} more targets have too many)" : "";
            context.WarningAt(crowded[0].Target.Literal!.Value, LabelLimits.DescribeCrowded(crowded[0]) + others);
        }

        // The plan of the written targets alone, because what discovery adds is not known yet.
        Target[] literals = [.. arguments.Targets.Where(target => target.Literal is not null)];
        if (arguments.TargetLimit > 0 && literals.Length > arguments.TargetLimit
            && ScrapePlan.Create(arguments with { Targets = literals }, ScrapeComponent.Name).LimitedCount is > 0 and var limited)
        {
            context.Warning(
                "target_limit",
                $"{literals.Length} targets are written here and target_limit is {arguments.TargetLimit}: {limited} of them will not be scraped");
        }

        string? Plan(Target target)
        {
            scrapes.Clear();
            string? mistake = planner.Plan(target, scrapes);
            if (mistake is null && LabelLimits.FindCrowded(scrapes) is { } scrape)
            {
                crowded.Add(scrape);
            }

            return mistake;
        }
    }

    private static string Text(TimeSpan duration) => GoDuration.Format(duration);
}
