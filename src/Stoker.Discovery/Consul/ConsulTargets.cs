using System.Globalization;
using Stoker.Components;
using Stoker.Discovery.Api;
using Stoker.Labels;

namespace Stoker.Discovery.Consul;

/// <summary>Makes targets of the instances of a service: one each, at the address of the service or else of its node.</summary>
internal static class ConsulTargets
{
    private const string Prefix = "__meta_consul_";
    private const string NodeMaintenance = "_node_maintenance";
    private const string ServiceMaintenance = "_service_maintenance:";

    /// <summary>The target of an instance, or why there is none.</summary>
    public static (Target? Target, string? Reason) Make(string service, ServiceEntry entry, ConsulArguments arguments)
    {
        if (entry.Node is not { } node || entry.Service is not { } instance)
        {
            return (null, entry.Node is null ? "it has no node" : "it has no service");
        }

        string address = instance.Address is { Length: > 0 } own ? own : node.Address ?? "";
        if (address.Length == 0)
        {
            return (null, "neither the service nor its node has an address");
        }

        string separator = arguments.TagSeparator;
        var labels = new LabelSetBuilder();
        AddAll(labels, "metadata_", node.Meta);
        AddAll(labels, "service_metadata_", instance.Meta);
        AddAll(labels, "tagged_address_", node.TaggedAddresses);
        return (new Target(labels
            .Set("__address__", HostAndPort.Join(address, instance.Port))
            .Set(Prefix + "address", node.Address ?? "")
            .Set(Prefix + "dc", arguments.Datacenter.Length > 0 ? arguments.Datacenter : node.Datacenter ?? "")
            .Set(Prefix + "health", HealthOf(entry.Checks ?? []))
            .Set(Prefix + "namespace", instance.Namespace ?? "")
            .Set(Prefix + "node", node.Node ?? "")
            .Set(Prefix + "partition", instance.Partition ?? node.Partition ?? "")
            .Set(Prefix + "service", service)
            .Set(Prefix + "service_address", instance.Address ?? "")
            .Set(Prefix + "service_id", instance.Id ?? "")
            .Set(Prefix + "service_port", instance.Port.ToString(CultureInfo.InvariantCulture))
            .Set(Prefix + "tags", separator + string.Join(separator, instance.Tags ?? []) + separator)
            .ToLabelSet()), null);
    }

    /// <summary>How a skipped instance is named.</summary>
    public static string NameOf(ServiceEntry entry, int index)
    {
        string name = PlainText.OneLine(entry.Service?.Id ?? entry.Node?.Node ?? "", 64);
        return name.Length > 0 ? $"instance {index + 1} ({name})" : $"instance {index + 1}";
    }

    /// <summary>The worst of the checks, as Consul's own client sums them up; empty where one of them has a state that is not known.</summary>
    private static string HealthOf(IReadOnlyList<ServiceCheck?> checks)
    {
        string worst = "passing";
        bool maintenance = false;
        foreach (ServiceCheck check in checks.OfType<ServiceCheck>())
        {
            string id = check.CheckId ?? "";
            if (id == NodeMaintenance || id.StartsWith(ServiceMaintenance, StringComparison.Ordinal))
            {
                maintenance = true;
                continue;
            }

            switch (check.Status)
            {
                case "passing":
                    break;
                case "warning":
                    worst = worst == "critical" ? worst : "warning";
                    break;
                case "critical":
                    worst = "critical";
                    break;
                default:
                    return "";
            }
        }

        return maintenance ? "maintenance" : worst;
    }

    private static void AddAll(LabelSetBuilder labels, string prefix, IReadOnlyDictionary<string, string?>? entries)
    {
        // In order, so that of two keys that become one name the same one wins each time.
        foreach ((string key, string? value) in (entries ?? new Dictionary<string, string?>()).OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            labels.Set(MetaLabelName.Of(Prefix + prefix, key), value ?? "");
        }
    }
}
