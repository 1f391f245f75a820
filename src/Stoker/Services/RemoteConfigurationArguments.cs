using Stoker.Components.Arguments;
using Stoker.Http;

namespace Stoker.Services;

/// <summary>The block <c>remotecfg</c>: without <c>url</c> it loads, as in Alloy, and does nothing; with it, it is refused.</summary>
internal sealed record RemoteConfigurationArguments
{
    private static readonly TimeSpan LeastPollFrequency = TimeSpan.FromSeconds(10);

    public string Url { get; init; } = "";

    public string Id { get; init; } = "";

    public string Name { get; init; } = "";

    public IReadOnlyDictionary<string, string> Attributes { get; init; } = ArgumentTypes.Map(ArgumentTypes.String).Zero;

    public TimeSpan PollFrequency { get; init; } = TimeSpan.FromMinutes(1);

    public HttpClientArguments Client { get; init; } = new();

    public static BlockSchema<RemoteConfigurationArguments> Schema { get; } = new BlockSchema<RemoteConfigurationArguments>(new RemoteConfigurationArguments())
        .Optional("url", ArgumentTypes.String, a => a.Url, (a, v) => a with { Url = v }, "Refused unless empty.")
        .Optional("id", ArgumentTypes.String, a => a.Id, (a, v) => a with { Id = v }, "No effect.")
        .Optional("name", ArgumentTypes.String, a => a.Name, (a, v) => a with { Name = v }, "No effect.")
        .Optional("attributes", ArgumentTypes.Map(ArgumentTypes.String), a => a.Attributes, (a, v) => a with { Attributes = v },
            "No effect; names that begin with `collector.` are refused.")
        .Optional("poll_frequency", ArgumentTypes.Duration, a => a.PollFrequency, (a, v) => a with { PollFrequency = v }, "No effect; at least 10s.")
        .Squash(HttpClientArguments.Schema, a => a.Client, (a, v) => a with { Client = v })
        .Validate(Check);

    private static void Check(RemoteConfigurationArguments remote, ValidationContext context)
    {
        if (remote.Url.Length > 0)
        {
            context.Error("url", "Stoker does not ask a server for its configuration by remotecfg: use import.http or import.git, which poll a URL or a repository for modules");
        }

        foreach (string name in remote.Attributes.Keys.Where(name => name.StartsWith("collector.", StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            context.Error("attributes", $"the attribute \"{name}\" cannot be set: names that begin with \"collector.\" are the agent's own");
        }

        if (remote.PollFrequency < LeastPollFrequency)
        {
            context.Error("poll_frequency", "poll_frequency should be at least 10s");
        }
    }
}
