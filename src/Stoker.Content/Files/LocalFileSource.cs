using Stoker.Components;
using Stoker.Syntax.Values;

namespace Stoker.Content.Files;

/// <summary>The text of one file, as <c>local.file</c> exports it.</summary>
internal sealed class LocalFileSource(LocalFileArguments arguments, ComponentContext context)
    : FileContentSource(arguments.Filename, arguments.Watch, context, () => Read(arguments))
{
    private readonly TimeProvider _time = context.Time;

    public override Value Adopt(Value content) => OptionalSecrets.With(content, arguments.IsSecret);

    protected override void Told(ContentReports reports, ContentRead found)
    {
        base.Told(reports, found);
        if (found.Content is not null)
        {
            reports.Metrics.Gauge("local_file_timestamp_last_accessed_unix_seconds", "The last successful access in unix seconds")
                .Set((_time.GetUtcNow() - DateTimeOffset.UnixEpoch).TotalSeconds);
        }
    }

    private static ContentRead Read(LocalFileArguments arguments)
    {
        (byte[]? bytes, string? fault) = FileText.Read(arguments.Filename);
        if (bytes is null)
        {
            return ContentRead.Failed(fault!);
        }

        (string? text, fault) = FileText.Decode(bytes);
        return text is null
            ? ContentRead.Failed(fault!)
            : new ContentRead(new OptionalSecretValue(text, arguments.IsSecret), bytes.Length, null, IsDoubtful: bytes.Length == 0);
    }
}
