using Stoker.Labels;

namespace Stoker.TestKit.Pyroscope;

/// <summary>One series of a push that the stand-in could read.</summary>
/// <param name="Bytes">The profile as it was sent.</param>
/// <param name="Headers">The headers of the request that brought it.</param>
public sealed record ReceivedPush(LabelSet Labels, byte[] Bytes, IReadOnlyDictionary<string, string> Headers)
{
    public string ProfileType => Labels["__name__"];

    public string ServiceName => Labels["service_name"];
}
