using System.CommandLine;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>
/// Flags of Alloy that a command line may carry when the binary is swapped. Those whose absence changes nothing for profiles are accepted and said;
/// those that would change what is collected are refused with the reason.
/// </summary>
internal sealed class CompatibilityFlags
{
    private readonly Dictionary<Option, string> _withoutEffect = [];
    private readonly Option<bool> _clusterEnabled = new("--cluster.enabled") { Description = "Clustering is not there yet: only false is accepted." };
    private readonly Option<string> _configFormat = new("--config.format") { Description = "The format of the configuration: only alloy.", DefaultValueFactory = _ => "alloy", HelpName = "FORMAT" };

    private readonly Option<StabilityLevel> _stability = StabilityOption.Create();

    private CompatibilityFlags()
    {
    }

    public static CompatibilityFlags AddTo(GuidedCommand command)
    {
        var flags = new CompatibilityFlags();
        flags._configFormat.CompletionSources.Add("alloy");
        command.Add("Configuration", flags._configFormat, flags._stability);
        command.Add("Cluster", flags._clusterEnabled);
        flags.AddSwitches("Stoker sends no usage reports", "--disable-reporting");
        flags.AddSwitches("Stoker has no support bundle yet", "--server.http.disable-support-bundle");
        flags.AddSwitches("Stoker has no GraphQL endpoint", "--server.http.enable-graphql", "--server.http.enable-graphql-playground");
        flags.AddSwitches("every component of Stoker is available", "--feature.community-components.enabled");
        flags.AddSwitches("it concerns metrics, which Stoker does not collect", "--feature.prometheus.direct-fanout.enabled");
        flags.AddSwitches("Stoker reads only its own language", "--config.bypass-conversion-errors");
        flags.AddSwitches("clustering is off", "--cluster.enable-tls", "--cluster.use-discovery-v1");
        flags.AddValues("Stoker has no in-memory listener", "--server.http.memory-addr");
        flags.AddValues("Stoker reads only its own language", "--config.extra-args");
        flags.AddValues("it concerns metrics, which Stoker does not collect", "--feature.prometheus.metric-validation-scheme");
        flags.AddValues("it concerns Windows", "--windows.priority");
        flags.AddValues(
            "clustering is off",
            "--cluster.node-name", "--cluster.advertise-address", "--cluster.advertise-interfaces", "--cluster.join-addresses",
            "--cluster.discover-peers", "--cluster.rejoin-interval", "--cluster.max-join-peers", "--cluster.name", "--cluster.tls-ca-path",
            "--cluster.tls-cert-path", "--cluster.tls-key-path", "--cluster.tls-server-name", "--cluster.wait-for-size", "--cluster.wait-timeout");
        foreach (Option option in flags._withoutEffect.Keys)
        {
            command.Add(option);
        }

        command.HiddenFlags = $"Accepted for Alloy's command lines, without effect here: {string.Join(", ", flags._withoutEffect.Keys.Select(option => option.Name).Order(StringComparer.Ordinal))}.";

        return flags;
    }

    /// <summary>Why the command line cannot be run; null where it can.</summary>
    public string? Refuse(ParseResult parsed)
    {
        if (parsed.GetValue(_clusterEnabled))
        {
            return "--cluster.enabled: Stoker cannot join a cluster yet, and alone it would scrape targets that belong to other nodes; leave the flag out to scrape all targets here";
        }

        return parsed.GetValue(_configFormat) is { } format and not "alloy"
            ? $"--config.format={format}: Stoker reads only the format \"alloy\"; convert the file with Alloy's own command first"
            : null;
    }

    public StabilityLevel Stability(ParseResult parsed) => parsed.GetValue(_stability);

    /// <summary>The flags that were given and do nothing, each with the reason.</summary>
    public IReadOnlyList<(string Flag, string Why)> WithoutEffect(ParseResult parsed) =>
        [.. _withoutEffect.Where(flag => parsed.GetResult(flag.Key) is { Implicit: false }).Select(flag => (flag.Key.Name, flag.Value))];

    private void AddSwitches(string why, params string[] names)
    {
        foreach (string name in names)
        {
            _withoutEffect.Add(new Option<bool>(name) { Hidden = true }, why);
        }
    }

    private void AddValues(string why, params string[] names)
    {
        foreach (string name in names)
        {
            _withoutEffect.Add(new Option<string>(name) { Hidden = true }, why);
        }
    }
}
