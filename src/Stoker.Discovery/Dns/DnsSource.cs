using System.Globalization;
using Prometheus;
using Stoker.Components;
using Stoker.Labels;

namespace Stoker.Discovery.Dns;

/// <summary>The source of discovery.dns: asks for its names again and again, several at a time.</summary>
internal sealed class DnsSource(DnsArguments arguments, TimeProvider time, ResolverPlace place) : ITargetSource
{
    private const int MaxLookupsAtOnce = 16;

    private readonly DnsRecordType _type = arguments.RecordType ?? DnsRecordType.SRV;

    public static ComponentDefinition Definition { get; } = DiscoveryComponent<DnsArguments>.Define(
        "discovery.dns", DnsArguments.Schema, (arguments, context) => new DnsSource(arguments, context.Time, ResolverPlace.System));

    public Task RunAsync(Findings findings, CancellationToken cancellationToken)
    {
        Counter.Child lookups = findings.Metrics.Counter("prometheus_sd_dns_lookups_total", "The number of DNS-SD lookups.");
        Counter.Child failures = findings.Metrics.Counter(
            "prometheus_sd_dns_lookup_failures_total", "The number of DNS-SD lookup failures.");
        var exchange = new DnsExchange(time);
        return Polling.RunAsync("dns", arguments.RefreshInterval, time, findings, RefreshAsync, cancellationToken);

        async Task<bool> RefreshAsync(CancellationToken token)
        {
            ResolverFile? file = ResolverFile.Read(place.Path, out string fault);
            int failed = 0;
            var options = new ParallelOptions { MaxDegreeOfParallelism = MaxLookupsAtOnce, CancellationToken = token };
            await Parallel.ForEachAsync(arguments.Names.Distinct(StringComparer.Ordinal), options, async (name, one) =>
            {
                lookups.Inc();
                (DnsAnswer? answer, string failure) = file is null
                    ? (null, fault)
                    : await new NameLookup(exchange, file, place.Port, time).AskAsync(name, _type, one);
                if (answer is null)
                {
                    failures.Inc();
                    Interlocked.Increment(ref failed);
                    findings.Fail($"{_type} {name}", failure);
                    return;
                }

                (IReadOnlyList<Target> targets, IReadOnlyList<SkippedEntry> skipped) = ToTargets(name, answer);
                findings.Answer($"{_type} {name}", targets, skipped);
            });
            return failed == 0;
        }
    }

    private (IReadOnlyList<Target> Targets, IReadOnlyList<SkippedEntry> Skipped) ToTargets(string name, DnsAnswer answer)
    {
        var targets = new List<Target>();
        var skipped = new List<SkippedEntry>();

        // Sorted, because servers turn the records of an answer round at every question.
        foreach (DnsRecord record in answer.Records
            .Distinct()
            .OrderBy(record => record.Host, StringComparer.Ordinal)
            .ThenBy(record => record.Port))
        {
            if (FaultOf(record) is { } fault)
            {
                skipped.Add(new SkippedEntry($"{_type} {record.Host}", fault));
            }
            else
            {
                targets.Add(new Target(LabelsOf(name, record)));
            }
        }

        if (answer.BrokenRecords > 0)
        {
            var broken = new SkippedEntry($"{_type} record", "it cannot be read; the DNS server has a fault");
            skipped.AddRange(Enumerable.Repeat(broken, answer.BrokenRecords));
        }

        return (targets, skipped);
    }

    private string? FaultOf(DnsRecord record) => _type switch
    {
        DnsRecordType.A or DnsRecordType.AAAA => null,
        _ when record.Host == "." => "it says that nobody offers this service",
        _ when !DnsName.IsHost(record.Host) => "it leads to a name with characters that no host has",
        DnsRecordType.SRV when record.Port == 0 => "it has the port 0; give it the service's port",
        _ => null,
    };

    private LabelSet LabelsOf(string name, DnsRecord record)
    {
        string port = (_type == DnsRecordType.SRV ? record.Port : arguments.Port).ToString(CultureInfo.InvariantCulture);
        string host = _type switch
        {
            DnsRecordType.A => record.Host,
            DnsRecordType.AAAA => record.Host.Contains(':', StringComparison.Ordinal) ? $"[{record.Host}]" : record.Host,
            _ => record.Host[..^1],
        };
        return LabelSet.Of(
            ("__address__", $"{host}:{port}"),
            ("__meta_dns_name", name),
            ("__meta_dns_srv_record_target", _type == DnsRecordType.SRV ? record.Host : ""),
            ("__meta_dns_srv_record_port", _type == DnsRecordType.SRV ? port : ""),
            ("__meta_dns_mx_record_target", _type == DnsRecordType.MX ? record.Host : ""),
            ("__meta_dns_ns_record_target", _type == DnsRecordType.NS ? record.Host : ""));
    }
}
