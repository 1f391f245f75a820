using Stoker.Components;
using Stoker.Labels;
using Stoker.Syntax;

namespace Stoker.Scrape;

/// <summary>
/// Turns one target into its scrapes: 1. address and scheme, 2. the labels that all its profiles carry, 3. for each profile type times, URL,
/// name and delta mode, 4. the limits on labels. What a label says wins over the profile's block, and that over the component.
/// </summary>
internal sealed class TargetPlanner(ScrapeArguments arguments, string componentId)
{
    private const string Reserved = "__";
    private const string ParameterPrefix = "__param_";
    private const string GoDeltaPrefix = "godeltaprof_";

    private readonly IReadOnlyList<ConfiguredProfile> _profiles = arguments.Profiling.EnabledProfiles();
    private readonly LabelLimits _limits = new(arguments);

    // Most targets differ in the address alone.
    private readonly Dictionary<(string Prefix, string Path, TimeSpan? Seconds), PlannedPath> _paths = [];

    /// <summary>Adds the target's scrapes; where it cannot be scraped, adds nothing and says why.</summary>
    public string? Plan(Target target, List<PlannedScrape> scrapes)
    {
        // 1.
        LabelSet labels = target.Labels;
        if (Locate(labels, out string scheme, out string address) is { } unlocated)
        {
            return unlocated;
        }

        // 2.
        LabelSetBuilder delivered = DeliveredLabels(labels, address);

        // 3.
        int first = scrapes.Count;
        foreach (ConfiguredProfile profile in _profiles)
        {
            if (TryTime(labels, profile.Arguments, out ScrapeTiming timing, out string? mistake))
            {
                PlannedScrape scrape = PlanProfile(target, profile, timing, scheme, address, delivered);
                scrapes.Add(scrape);

                // 4.
                mistake = _limits.Check(scrape.Labels);
            }

            if (mistake is not null)
            {
                scrapes.RemoveRange(first, scrapes.Count - first);
                return mistake;
            }
        }

        return null;
    }

    /// <summary>Where a target with these labels is; otherwise why it cannot be reached.</summary>
    public string? Locate(LabelSet labels, out string scheme, out string address)
    {
        address = "";
        if (!ScrapeUrl.TryNormalizeScheme(labels.TryGetValue("__scheme__", out string own) ? own : arguments.Scheme, out scheme))
        {
            return $"__scheme__ should be \"http\" or \"https\", got \"{own}\"";
        }

        if (labels["__address__"].Length == 0)
        {
            return AddressHint.ForMissing(labels);
        }

        return TargetAddress.TryNormalize(labels["__address__"], scheme, out address, out string? mistake) ? null : mistake;
    }

    private static PlannedScrapeName NameOf(string type, string labelled)
    {
        string name = labelled.Length > 0 ? labelled : type;
        return name is "godeltaprof_memory" or "godeltaprof_mutex" or "godeltaprof_block"
            ? new PlannedScrapeName(name[GoDeltaPrefix.Length..], IsDeltaByTarget: true)
            : new PlannedScrapeName(name, IsDeltaByTarget: false);
    }

    private static bool TryReadDuration(LabelSet labels, string name, out TimeSpan? duration, out string? mistake)
    {
        duration = null;
        mistake = null;
        if (!labels.TryGetValue(name, out string text))
        {
            return true;
        }

        if (!GoDuration.TryParse(text, out TimeSpan parsed, out string error))
        {
            mistake = $"{name} should be a duration such as \"15s\", got \"{text}\": {error}";
            return false;
        }

        if (parsed <= TimeSpan.Zero || parsed > ScrapeTiming.Longest)
        {
            mistake = $"{name} must be greater than 0 and at most {GoDuration.Format(ScrapeTiming.Longest)}, got \"{text}\"";
            return false;
        }

        duration = parsed;
        return true;
    }

    private static string InferServiceName(LabelSet labels)
    {
        string kubernetesNamespace = labels["__meta_kubernetes_namespace"];
        string container = labels["__meta_kubernetes_pod_container_name"];
        ReadOnlySpan<string> candidates =
        [
            labels["__meta_kubernetes_pod_annotation_pyroscope_io_service_name"],
            kubernetesNamespace.Length > 0 && container.Length > 0 ? $"{kubernetesNamespace}/{container}" : "",
            labels["__meta_docker_container_name"].TrimStart('/'),
            labels["__meta_dockerswarm_container_label_service_name"],
            labels["__meta_dockerswarm_service_name"],
        ];
        foreach (string candidate in candidates)
        {
            if (candidate.Length > 0)
            {
                return candidate;
            }
        }

        return "unspecified";
    }

    private bool TryTime(LabelSet labels, ProfileArguments profile, out ScrapeTiming timing, out string? mistake)
    {
        timing = ScrapeTiming.Of(arguments, profile);
        if (!TryReadDuration(labels, "__scrape_interval__", out TimeSpan? interval, out mistake)
            || !TryReadDuration(labels, "__scrape_timeout__", out TimeSpan? timeout, out mistake))
        {
            return false;
        }

        timing = timing with { Interval = interval ?? timing.Interval, Timeout = timeout ?? timing.Timeout };
        if (interval is not null && profile.Delta && timing.CheckDelta() is { } reason)
        {
            mistake = $"with its __scrape_interval__ {reason}";
            return false;
        }

        return true;
    }

    private LabelSetBuilder DeliveredLabels(LabelSet labels, string address)
    {
        var delivered = new LabelSetBuilder();
        foreach (Label label in labels)
        {
            if (!label.Name.StartsWith(Reserved, StringComparison.Ordinal))
            {
                delivered.Set(label.Name, label.Value);
            }
        }

        if (arguments.JobName.Length > 0)
        {
            delivered.Set("job", arguments.JobName);
        }

        return delivered
            .SetIfEmpty("job", componentId)
            .SetIfEmpty("instance", address)
            .SetIfEmpty("service_name", InferServiceName(labels));
    }

    private PlannedScrape PlanProfile(
        Target target, ConfiguredProfile profile, ScrapeTiming timing, string scheme, string address, LabelSetBuilder delivered)
    {
        LabelSet labels = target.Labels;
        PlannedPath path = PathOf(labels, profile, timing);
        PlannedScrapeName name = NameOf(profile.Type, labels["__name__"]);
        bool isCumulative = CumulativeColumns.IsCumulative(name.Delivered);
        DeltaMode delta = !isCumulative ? DeltaMode.None
            : name.IsDeltaByTarget || path.HasSeconds ? DeltaMode.FromTarget
            : DeltaMode.Computed;

        // The builder is shared by the target's types: both labels are set, or removed, for each of them.
        LabelSet complete = delivered.Set("__name__", name.Delivered).Set("__delta__", isCumulative ? "false" : "").ToLabelSet();
        return new PlannedScrape(
            target, profile.Type, $"{scheme}://{address}{path.Text}", timing.Interval, timing.Deadline(path.Seconds), path.Seconds, complete, delta);
    }

    private PlannedPath PathOf(LabelSet labels, ConfiguredProfile profile, ScrapeTiming timing)
    {
        string prefix = labels.TryGetValue("__profile_path_prefix__", out string ownPrefix) ? ownPrefix : arguments.Profiling.PathPrefix;
        string path = labels.TryGetValue("__profile_path__", out string ownPath) ? ownPath : profile.Arguments.Path;
        List<Label>? parameters = null;
        foreach (Label label in labels)
        {
            if (label.Name.StartsWith(ParameterPrefix, StringComparison.Ordinal) && label.Name.Length > ParameterPrefix.Length)
            {
                (parameters ??= []).Add(label);
            }
        }

        TimeSpan? seconds = profile.Arguments.Delta ? timing.DeltaSeconds : null;
        if (parameters is not null)
        {
            return BuildPath(prefix, path, parameters, seconds);
        }

        if (!_paths.TryGetValue((prefix, path, seconds), out PlannedPath planned))
        {
            _paths[(prefix, path, seconds)] = planned = BuildPath(prefix, path, [], seconds);
        }

        return planned;
    }

    private PlannedPath BuildPath(string prefix, string path, List<Label> parameters, TimeSpan? seconds)
    {
        var url = new ScrapeUrl(prefix, path, arguments.Params);
        foreach (Label label in parameters)
        {
            url.SetParameter(label.Name[ParameterPrefix.Length..], label.Value);
        }

        if (seconds is { } own && !url.HasSeconds)
        {
            url.SetSeconds(own);
        }

        return new PlannedPath(url.ToString(), url.HasSeconds, url.Seconds);
    }

    /// <summary>Path and query of a URL, and what it asks for.</summary>
    private readonly record struct PlannedPath(string Text, bool HasSeconds, TimeSpan? Seconds);

    private readonly record struct PlannedScrapeName(string Delivered, bool IsDeltaByTarget);
}
