using Stoker.Components.Arguments;
using Stoker.Http;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Consul;

/// <summary>What the user wrote in a <c>discovery.consul</c> block. Immutable.</summary>
internal sealed record ConsulArguments
{
    private const string TokenHeader = "X-Consul-Token";

    public string Server { get; init; } = "localhost:8500";

    public SecretValue Token { get; init; } = ArgumentTypes.Secret.Zero;

    public string Datacenter { get; init; } = "";

    public string Namespace { get; init; } = "";

    public string Partition { get; init; } = "";

    public string TagSeparator { get; init; } = ",";

    public string Scheme { get; init; } = "http";

    public string Username { get; init; } = "";

    public SecretValue Password { get; init; } = ArgumentTypes.Secret.Zero;

    public bool AllowStale { get; init; } = true;

    /// <summary>Empty for all.</summary>
    public IReadOnlyList<string> Services { get; init; } = [];

    public IReadOnlyList<string> Tags { get; init; } = [];

    public IReadOnlyDictionary<string, string> NodeMeta { get; init; } = new Dictionary<string, string>();

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(30);

    public HttpClientArguments Http { get; init; } = new();

    public static BlockSchema<ConsulArguments> Schema { get; } = new BlockSchema<ConsulArguments>(new ConsulArguments())
        .Optional(
            "server", ArgumentTypes.String, a => a.Server, (a, v) => a with { Server = v },
            "Host and port of Consul's HTTP API.")
        .Optional("token", ArgumentTypes.Secret, a => a.Token, (a, v) => a with { Token = v }, "Token for Consul's access control.")
        .Optional(
            "datacenter", ArgumentTypes.String, a => a.Datacenter, (a, v) => a with { Datacenter = v },
            "Data center to ask for; that of the server where it is left out.")
        .Optional(
            "namespace", ArgumentTypes.String, a => a.Namespace, (a, v) => a with { Namespace = v }, "Namespace to ask for (Consul Enterprise).")
        .Optional(
            "partition", ArgumentTypes.String, a => a.Partition, (a, v) => a with { Partition = v }, "Admin partition to ask for (Consul Enterprise).")
        .Optional(
            "tag_separator", ArgumentTypes.String, a => a.TagSeparator, (a, v) => a with { TagSeparator = v },
            "What joins the tags of a service in their label.")
        .Optional(
            "scheme", ArgumentTypes.OneOf("http", "https"), a => a.Scheme, (a, v) => a with { Scheme = v }, "How to talk to Consul: http or https.")
        .Optional("username", ArgumentTypes.String, a => a.Username, (a, v) => a with { Username = v }, "Deprecated: write a `basic_auth` block.")
        .Optional("password", ArgumentTypes.Secret, a => a.Password, (a, v) => a with { Password = v }, "Deprecated: write a `basic_auth` block.")
        .Optional(
            "allow_stale", ArgumentTypes.Bool, a => a.AllowStale, (a, v) => a with { AllowStale = v },
            "Whether servers that are not the leader may answer, which spares the leader.")
        .Optional(
            "services", ArgumentTypes.List(ArgumentTypes.String), a => a.Services, (a, v) => a with { Services = v },
            "Services to find the instances of; all where it is left out.")
        .Optional(
            "tags", ArgumentTypes.List(ArgumentTypes.String), a => a.Tags, (a, v) => a with { Tags = v },
            "Tags that an instance must have, all of them.")
        .Optional(
            "node_meta", ArgumentTypes.Map(ArgumentTypes.String), a => a.NodeMeta, (a, v) => a with { NodeMeta = v },
            "Metadata that the node of an instance must have, all of it.")
        .Optional(
            "refresh_interval", ArgumentTypes.Duration, a => a.RefreshInterval, (a, v) => a with { RefreshInterval = v },
            "How often each question is asked while its answers change all the time; a change after a quiet time is seen at once.")
        .Squash(HttpClientArguments.Schema, a => a.Http, (a, v) => a with { Http = v })
        .Validate(ConsulRules.Check);

    /// <summary>
    /// The HTTP arguments with the token and the deprecated credentials among them. The token goes with the configured headers, so that it too never follows
    /// a redirect to another host.
    /// </summary>
    public HttpClientArguments ToHttp()
    {
        HttpClientArguments http = Http;
        if (Username.Length > 0 || Password.Content.Length > 0)
        {
            http = http with { BasicAuth = new BasicAuthArguments { Username = Username, Password = Password } };
        }

        if (Token.Content.Length == 0)
        {
            return http;
        }

        var headers = http.HttpHeaders.Where(header => !IsToken(header.Key)).ToDictionary();
        headers.Add(TokenHeader, [Token]);
        return http with { HttpHeaders = headers };
    }

    public static bool IsToken(string header) => header.Equals(TokenHeader, StringComparison.OrdinalIgnoreCase);
}
