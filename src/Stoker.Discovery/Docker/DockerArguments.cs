using Stoker.Components.Arguments;
using Stoker.Http;

namespace Stoker.Discovery.Docker;

/// <summary>What the user wrote in a <c>discovery.docker</c> block. Immutable.</summary>
internal sealed record DockerArguments
{
    public const string FilterName = "filter";

    public string Host { get; init; } = "";

    public long Port { get; init; } = 80;

    public string HostNetworkingHost { get; init; } = "localhost";

    public bool MatchFirstNetwork { get; init; } = true;

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromMinutes(1);

    public IReadOnlyList<DockerFilterArguments> Filters { get; init; } = [];

    public HttpClientArguments Http { get; init; } = new();

    public static BlockSchema<DockerArguments> Schema { get; } = new BlockSchema<DockerArguments>(new DockerArguments())
        .Required(
            "host", ArgumentTypes.String, a => a.Host, (a, v) => a with { Host = v },
            "Address of the engine: unix, tcp, http or https.")
        .Optional(
            "port", ArgumentTypes.Integer, a => a.Port, (a, v) => a with { Port = v },
            "Port of the targets of containers that have no TCP port.")
        .Optional(
            "host_networking_host", ArgumentTypes.String, a => a.HostNetworkingHost, (a, v) => a with { HostNetworkingHost = v },
            "Host of the targets of containers that use the network of their host.")
        .Optional(
            "match_first_network", ArgumentTypes.Bool, a => a.MatchFirstNetwork, (a, v) => a with { MatchFirstNetwork = v },
            "Whether a container of several networks gives targets for the first of them only, by name.")
        .Optional(
            "refresh_interval", ArgumentTypes.Duration, a => a.RefreshInterval, (a, v) => a with { RefreshInterval = v },
            "How often the engine is asked, and how long it may take to answer, a minute at most.")
        .Squash(HttpClientArguments.Schema, a => a.Http, (a, v) => a with { Http = v })
        .Blocks(
            FilterName, DockerFilterArguments.Schema, a => a.Filters, (a, v) => a with { Filters = v },
            "Which containers the engine gives; several must all match.")
        .Validate(Check);

    private static void Check(DockerArguments arguments, ValidationContext context)
    {
        if (context.IsSet("host") && !DockerHost.TryParse(arguments.Host, arguments.Http.Tls is not null, out _, out string reason))
        {
            context.Error("host", $"host {reason}");
        }

        if (arguments.Port is < 1 or > 65535)
        {
            context.Error("port", "port should be between 1 and 65535");
        }

        if (arguments.HostNetworkingHost.Length == 0)
        {
            context.Error("host_networking_host", "host_networking_host is empty; leave it out for \"localhost\"");
        }

        PollInterval.Check(arguments.RefreshInterval, context, "refresh_interval");

        for (int i = 0; i < arguments.Filters.Count; i++)
        {
            if (arguments.Filters[i].Name.Length == 0)
            {
                context.Error($"{FilterName}[{i}]/name", "the name of a filter is empty");
            }

            if (arguments.Filters[i].Values.Count == 0)
            {
                context.Warning($"{FilterName}[{i}]/values", "a filter without values filters nothing");
            }
        }
    }
}
