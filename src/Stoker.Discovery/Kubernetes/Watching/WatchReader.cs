using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;
using System.Text.Json;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// Reads the events of a watch, a line of JSON each, as they come (Kubernetes API Concepts, "Efficient detection of changes"). A line that the end of
/// the stream cuts off is no event.
/// </summary>
internal sealed class WatchReader(ObjectReader objects)
{
    private const int BufferBytes = 16 * 1024;

    public async IAsyncEnumerable<WatchEvent> ReadAsync(Stream body, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        try
        {
            // Set while the rest of a line that is too large is passed over.
            WatchEvent? oversized = null;
            while (true)
            {
                ReadResult read = await pipe.ReadAsync(cancellationToken);
                ReadOnlySequence<byte> buffer = read.Buffer;
                while (buffer.PositionOf((byte)'\n') is { } end)
                {
                    ReadOnlySequence<byte> line = buffer.Slice(0, end);
                    buffer = buffer.Slice(buffer.GetPosition(1, end));
                    WatchEvent? found = oversized
                        ?? (line.Length > ListReader.MaxObjectBytes ? ParseHead(line) : IsBlank(line) ? null : Parse(line));
                    oversized = null;
                    if (found is not null)
                    {
                        yield return found;
                    }
                }

                if (oversized is not null || buffer.Length > ListReader.MaxObjectBytes)
                {
                    oversized ??= ParseHead(buffer);
                    buffer = buffer.Slice(buffer.End);
                }

                pipe.AdvanceTo(buffer.Start, buffer.End);
                if (read.IsCompleted)
                {
                    yield break;
                }
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (ReadOnlyMemory<byte> part in line)
        {
            if (part.Span.IndexOfAnyExcept(" \r\t"u8) >= 0)
            {
                return false;
            }
        }

        return true;
    }

    private static WatchEvent.Unreadable ParseHead(ReadOnlySequence<byte> start)
    {
        TryReadLine(start, out _, out ObjectHead head, out _);
        return new WatchEvent.Unreadable(new BrokenObject(head.Key, ListReader.TooLarge), head.ResourceVersion);
    }

    /// <summary>Reads the frame of an event, which may be cut off; false where it is no event.</summary>
    private static bool TryReadLine(ReadOnlySequence<byte> line, out string type, out ObjectHead head, out long objectStart)
    {
        type = "";
        head = new ObjectHead("", "", "");
        objectStart = -1;
        try
        {
            var reader = new Utf8JsonReader(line, isFinalBlock: false, default);
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
            {
                return false;
            }

            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                bool isType = reader.ValueTextEquals("type"u8);
                bool isObject = reader.ValueTextEquals("object"u8);
                if (!reader.Read())
                {
                    return false;
                }

                if (isType && reader.TokenType == JsonTokenType.String)
                {
                    type = reader.GetString() ?? "";
                }

                objectStart = isObject ? reader.TokenStartIndex : objectStart;
                if (!(isObject ? ObjectHead.Read(ref reader, ref head) : reader.TrySkip()))
                {
                    return false;
                }
            }

            return reader.TokenType == JsonTokenType.EndObject;
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            return false;
        }
    }

    private WatchEvent Parse(ReadOnlySequence<byte> line)
    {
        if (!TryReadLine(line, out string type, out ObjectHead head, out long objectStart) || objectStart < 0)
        {
            return new WatchEvent.Malformed();
        }

        switch (type)
        {
            case "ADDED" or "MODIFIED":
                var reader = new Utf8JsonReader(line.Slice(objectStart), isFinalBlock: true, default);
                return objects.TryRead(ref reader, out KubeObject? found, out string reason)
                    ? new WatchEvent.Changed(found, head.ResourceVersion)
                    : new WatchEvent.Unreadable(new BrokenObject(head.Key, reason), head.ResourceVersion);
            case "DELETED":
                return new WatchEvent.Deleted(head.Key, head.ResourceVersion);
            case "BOOKMARK":
                return new WatchEvent.Bookmark(head.ResourceVersion);
            case "ERROR":
                return new WatchEvent.Error(ReadStatus(line.Slice(objectStart)));
            default:
                return new WatchEvent.Malformed();
        }
    }

    private static StatusModel ReadStatus(ReadOnlySequence<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, isFinalBlock: true, default);
            return JsonSerializer.Deserialize(ref reader, KubernetesJson.Default.StatusModel) ?? new StatusModel(null, null, null);
        }
        catch (JsonException)
        {
            return new StatusModel(null, null, null);
        }
    }
}
