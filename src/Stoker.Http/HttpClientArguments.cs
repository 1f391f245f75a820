using Stoker.Components.Arguments;

namespace Stoker.Http;

/// <summary>
/// The arguments of the HTTP client that pyroscope.scrape, the endpoints of pyroscope.write and the discovery components share. They are
/// squashed into the block that uses them.
/// </summary>
public sealed record HttpClientArguments
{
    public static BlockSchema<HttpClientArguments> Schema { get; } = new BlockSchema<HttpClientArguments>(new HttpClientArguments());
}
