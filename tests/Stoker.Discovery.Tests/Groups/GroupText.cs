using System.Text;
using Stoker.Discovery.Groups;

namespace Stoker.Discovery.Tests.Groups;

/// <summary>A list of groups as text, read.</summary>
internal sealed record GroupText(string? Fault, IReadOnlyList<string> Targets, IReadOnlyList<string> Skipped, int SkippedCount)
{
    public static GroupText OfJson(string text) => OfJson(Encoding.UTF8.GetBytes(text));

    public static GroupText OfJson(byte[] bytes)
    {
        var groups = new TargetGroups(("__source", "s"));
        return Of(JsonGroups.Read(bytes, groups), groups);
    }

    public static GroupText OfYaml(string text) => OfYaml(Encoding.UTF8.GetBytes(text));

    public static GroupText OfYaml(byte[] bytes)
    {
        var groups = new TargetGroups(("__source", "s"));
        using var stream = new MemoryStream(bytes);
        return Of(YamlGroups.Read(stream, groups), groups);
    }

    private static GroupText Of(string? fault, TargetGroups groups) => new(
        fault,
        [.. groups.Targets.Select(target => target.Labels.ToString().Replace("__source=\"s\"", "s", StringComparison.Ordinal))],
        [.. groups.Skipped.Named.Select(skipped => $"{skipped.Entry}: {skipped.Reason}")],
        groups.Skipped.Count);
}
