using System.Globalization;
using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Discovery;

/// <summary>A discovery component's state in words: its debug information and the line of its health.</summary>
internal static class StoreDescription
{
    public static string Health(TargetStore store)
    {
        IReadOnlyList<(string Name, int Targets, int Skipped, string? Failure, bool IsAsked)> sources =
            store.Read(question => (question.Name, question.TargetCount, question.SkippedCount, question.Failure, store.IsAsked(question)));
        int skipped = sources.Sum(source => source.Skipped);
        int targets = sources.Sum(source => source.Targets);
        int kept = sources.Where(source => !source.IsAsked).Sum(source => source.Targets);
        string text = sources.Count == 0 && !store.Round.IsCompleted ? "no answer yet" : Count(targets, "target");
        text += skipped > 0 ? $", {Count(skipped, "entry", "entries")} left out" : "";
        text += kept > 0 ? $", {(kept < targets ? $"{kept} of them " : "")}kept from before the arguments changed" : "";
        string[] failing = [.. sources.Where(source => source is { Failure: not null, IsAsked: true }).Select(source => $"{source.Name}: {source.Failure}")];
        return failing.Length switch
        {
            0 => text,
            1 => $"{text}; failing: {failing[0]}",
            _ => $"{text}; {failing.Length} of {sources.Count(source => source.IsAsked)} sources fail, the first of them {failing[0]}",
        };
    }

    public static IReadOnlyList<string> FailuresOf(TargetStore store) =>
    [
        .. store.Read(question => (question.Name, Failure: store.IsAsked(question) ? question.Failure : null))
            .Where(source => source.Failure is not null)
            .Select(source => $"{source.Name}: {source.Failure}"),
    ];

    public static IEnumerable<BodyItem> Of(TargetStore store) => store.Read(question => Describe(question, store.IsAsked(question)));

    private static BodyBlock Describe(Question question, bool isAsked)
    {
        var body = new List<BodyItem>
        {
            Text("source", question.Name),
            Text("health", !isAsked ? "kept" : question.Failure is not null ? "failing" : question.LastAnswer is not null ? "ok" : "waiting"),
            Number("targets", question.TargetCount),
            Text("last_answer", Format(question.LastAnswer)),
            Text("last_error", question.Failure ?? ""),
            Text("failing_since", Format(question.FailingSince)),
            Number("skipped_entries", question.SkippedCount),
        };
        if (question.Objects is { } objects)
        {
            body.Add(Number("objects", objects));
        }

        body.AddRange(question.Skipped.Select(skipped =>
            new BodyBlock("skipped_entry", null, [Text("entry", skipped.Entry), Text("reason", skipped.Reason)])));
        return new BodyBlock("source", null, body);
    }

    private static BodyAttribute Text(string name, string text) => new(name, new StringValue(text));

    private static BodyAttribute Number(string name, int number) => new(name, new NumberValue((long)number));

    private static string Format(DateTimeOffset? time) =>
        time?.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture) ?? "";

    private static string Count(int count, string one, string? many = null) => $"{count} {(count == 1 ? one : many ?? one + "s")}";
}
