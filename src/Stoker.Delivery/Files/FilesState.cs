using System.Globalization;
using Stoker.Components;
using Stoker.Delivery.Queue;
using Stoker.Syntax.Values;

namespace Stoker.Delivery.Files;

/// <summary>How stoker.files is doing, for the API and the health message. Immutable, swapped whole.</summary>
internal sealed record FilesState
{
    public string Directory { get; init; } = "";

    public long MaxBytes { get; init; }

    public int Files { get; init; }

    public long Bytes { get; init; }

    public DateTimeOffset? Oldest { get; init; }

    public string? LastFile { get; init; }

    public DateTimeOffset? LastWrite { get; init; }

    /// <summary>Why nothing can be written; null while it can.</summary>
    public string? Error { get; init; }

    public string Remedy { get; init; } = "";

    public DateTimeOffset FailingSince { get; init; }

    public string Summarize() => Error is null
        ? string.Create(CultureInfo.InvariantCulture, $"{Files} files, {Bytes / 1048576.0:0.0} MiB in {Directory}")
        : $"cannot write to {Directory}: {Error}, since {Format(FailingSince)}";

    public IReadOnlyList<BodyItem> Describe(QueueCounts counts)
    {
        var body = new List<BodyItem> { Text("directory", Directory), Text("state", Error is null ? "healthy" : "failing") };
        if (Error is not null)
        {
            body.Add(Text("cause", Error));
            body.Add(Text("remedy", Remedy));
            body.Add(Text("failing_since", Format(FailingSince)));
        }

        body.Add(Number("files", Files));
        body.Add(Number("bytes", Bytes));
        body.Add(Number("limit_bytes", MaxBytes));
        body.Add(Number("accepted", counts.Accepted));
        body.Add(Number("written", counts.Delivered));
        body.Add(Number("queued", counts.Queued));
        body.Add(new BodyAttribute("dropped", new ObjectValue(
            counts.Dropped.Select(dropped => new KeyValuePair<string, Value>(dropped.Key, new NumberValue(dropped.Value))))));
        if (Oldest is { } oldest)
        {
            body.Add(Text("oldest", Format(oldest)));
        }

        if (LastFile is { } file && LastWrite is { } time)
        {
            body.Add(Text("last_file", file));
            body.Add(Text("last_write", Format(time)));
        }

        return body;
    }

    private static string Format(DateTimeOffset moment) => moment.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static BodyAttribute Text(string name, string value) => new(name, new StringValue(value));

    private static BodyAttribute Number(string name, long value) => new(name, new NumberValue(value));
}
