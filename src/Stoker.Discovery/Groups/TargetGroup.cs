namespace Stoker.Discovery.Groups;

/// <summary>
/// One group of a list of targets: its addresses, and the labels that all of them get. What it refers to is not changed any more.
/// </summary>
internal sealed class TargetGroup
{
    public IReadOnlyList<string> Addresses { get; set; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();
}
