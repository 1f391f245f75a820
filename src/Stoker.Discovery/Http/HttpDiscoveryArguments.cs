using Stoker.Components.Arguments;
using Stoker.Http;

namespace Stoker.Discovery.Http;

/// <summary>What the user wrote in a <c>discovery.http</c> block. Immutable.</summary>
internal sealed record HttpDiscoveryArguments
{
    public string Url { get; init; } = "";

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(60);

    public HttpClientArguments Http { get; init; } = new();

    public static BlockSchema<HttpDiscoveryArguments> Schema { get; } =
        new BlockSchema<HttpDiscoveryArguments>(new HttpDiscoveryArguments())
        .Required("url", SourceUrl.Type, a => a.Url, (a, v) => a with { Url = v }, "The URL that answers with a list of targets.")
        .Optional(
            "refresh_interval", ArgumentTypes.Duration, a => a.RefreshInterval, (a, v) => a with { RefreshInterval = v },
            "How often it is asked.")
        .Squash(HttpClientArguments.Schema, a => a.Http, (a, v) => a with { Http = v })
        .Validate((arguments, context) => PollInterval.Check(arguments.RefreshInterval, context, "refresh_interval"));
}
