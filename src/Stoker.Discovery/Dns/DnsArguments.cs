using Stoker.Components.Arguments;

namespace Stoker.Discovery.Dns;

/// <summary>The arguments of discovery.dns. Immutable.</summary>
public sealed record DnsArguments
{
    public IReadOnlyList<string> Names { get; init; } = [];

    public string Type { get; init; } = "SRV";

    public long Port { get; init; }

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(30);

    public static BlockSchema<DnsArguments> Schema { get; } = new BlockSchema<DnsArguments>(new DnsArguments())
        .Required("names", ArgumentTypes.List(ArgumentTypes.String), a => a.Names, (a, v) => a with { Names = v },
            "The DNS names to look up.")
        .Optional("type", ArgumentTypes.String, a => a.Type, (a, v) => a with { Type = v },
            "The type of the records: SRV, A, AAAA, MX or NS, in upper or lower case.")
        .Optional("port", ArgumentTypes.Integer, a => a.Port, (a, v) => a with { Port = v },
            "The port of the targets. Required unless the type is SRV, whose records have ports of their own.", defaultText: "0")
        .Optional("refresh_interval", ArgumentTypes.Duration, a => a.RefreshInterval, (a, v) => a with { RefreshInterval = v },
            "How often the names are looked up.")
        .Validate(Check);

    /// <summary>Null where <see cref="Type"/> is none of the types.</summary>
    internal DnsRecordType? RecordType => Type.ToUpperInvariant() switch
    {
        "SRV" => DnsRecordType.SRV,
        "A" => DnsRecordType.A,
        "AAAA" => DnsRecordType.AAAA,
        "MX" => DnsRecordType.MX,
        "NS" => DnsRecordType.NS,
        _ => null,
    };

    private static void Check(DnsArguments arguments, ValidationContext context)
    {
        if (context.IsSet("names") && arguments.Names.Count == 0)
        {
            context.Error("names", "names is empty; write at least one DNS name, such as \"_pprof._tcp.example.com\"");
        }

        foreach (string name in arguments.Names)
        {
            if (!DnsName.TryMakeAbsolute(name, out _, out string fault))
            {
                context.Error("names", $"names has \"{name}\", which is no DNS name: {fault}");
            }
        }

        if (arguments.RecordType is null)
        {
            context.Error("type", $"type is \"{arguments.Type}\"; it must be SRV, A, AAAA, MX or NS");
        }
        else if (arguments.Port is < 0 or > 65535)
        {
            context.Error("port", "port must be from 1 to 65535");
        }
        else if (arguments.Port == 0 && arguments.RecordType != DnsRecordType.SRV)
        {
            context.Error("port", $"port is required for records of the type {arguments.RecordType}, which have none; only SRV records do");
        }

        PollInterval.Check(arguments.RefreshInterval, context, "refresh_interval");
    }
}
