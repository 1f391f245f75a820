using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;

namespace Stoker.Discovery.Kubernetes;

/// <summary>What a page of a list says of itself.</summary>
/// <param name="Continue">Where the next page begins; empty at the last.</param>
internal sealed record ListPage(string ResourceVersion, string Continue);

/// <summary>
/// Reads one page of a list as it comes: no more than one object is in memory at a time, and one that is larger than the limit is left
/// out. For one page.
/// </summary>
internal sealed class ListReader(ObjectReader objects)
{
    /// <summary>More than twice what a cluster's store takes for an object.</summary>
    public const int MaxObjectBytes = 4 * 1024 * 1024;

    public static readonly string TooLarge = $"it has more than {MaxObjectBytes / 1024 / 1024} MiB";

    private const int BufferBytes = 64 * 1024;

    private readonly List<KubeObject> _found = [];
    private readonly List<BrokenObject> _broken = [];
    private readonly JsonSkipper _skipper = new();
    private JsonReaderState _state;
    private Phase _phase;
    private int _items;
    private long _enough;
    private string _oversizedKey = "";
    private string _resourceVersion = "";
    private string _continue = "";

    private enum Phase
    {
        Start,
        Fields,
        Items,
        Oversized,
        End,
    }

    public IReadOnlyList<KubeObject> Found => _found;

    public IReadOnlyList<BrokenObject> Broken => _broken;

    /// <param name="received">Called whenever something has come.</param>
    /// <exception cref="JsonException">The body is no list.</exception>
    /// <exception cref="IOException">The body ended too early.</exception>
    public async Task<ListPage> ReadAsync(Stream body, Action received, CancellationToken cancellationToken)
    {
        var pipe = PipeReader.Create(body, new StreamPipeReaderOptions(bufferSize: BufferBytes, leaveOpen: true));
        try
        {
            while (_phase != Phase.End)
            {
                ReadResult read = await pipe.ReadAsync(cancellationToken);
                received();
                if (read.Buffer.Length < _enough && !read.IsCompleted)
                {
                    pipe.AdvanceTo(read.Buffer.Start, read.Buffer.End);
                    continue;
                }

                long consumed = Advance(read.Buffer);
                if (_phase != Phase.End && read.IsCompleted)
                {
                    throw new IOException("the list ended in the middle");
                }

                // What is incomplete is looked at again when there is twice as much of it, so that a large object is not read from its
                // start for every piece.
                _enough = _phase == Phase.Oversized ? 0 : Math.Min((read.Buffer.Length - consumed) * 2, MaxObjectBytes);
                pipe.AdvanceTo(read.Buffer.GetPosition(consumed), read.Buffer.End);
            }
        }
        finally
        {
            await pipe.CompleteAsync();
        }

        return _resourceVersion.Length > 0
            ? new ListPage(_resourceVersion, _continue)
            : throw new JsonException("a list without metadata.resourceVersion");
    }

    /// <summary>Reads what there is; the number of bytes that are done with.</summary>
    private long Advance(ReadOnlySequence<byte> buffer)
    {
        long consumed = 0;
        while (_phase != Phase.End)
        {
            ReadOnlySequence<byte> rest = buffer.Slice(consumed);
            if (_phase == Phase.Oversized)
            {
                consumed += _skipper.Skip(rest);
                if (!_skipper.IsDone)
                {
                    return consumed;
                }

                LeaveOut();
                continue;
            }

            consumed += ReadTokens(rest);
            ReadOnlySequence<byte> incomplete = buffer.Slice(consumed);
            if (_phase == Phase.End || incomplete.Length <= MaxObjectBytes)
            {
                return consumed;
            }

            if (_phase != Phase.Items)
            {
                throw new JsonException("a field of the list is too large");
            }

            _oversizedKey = incomplete.PositionOf((byte)'{') is { } start ? ObjectHead.Read(incomplete.Slice(start)).Key : "";
            _skipper.Begin();
            _phase = Phase.Oversized;
        }

        return consumed;
    }

    // Not by reading it, because the reader would want the whole of a long text at once: for the reader, a null stands where the object
    // stood.
    private void LeaveOut()
    {
        var bridge = new Utf8JsonReader(_items == 0 ? "null"u8 : ",null"u8, isFinalBlock: false, _state);
        bridge.Read();
        _state = bridge.CurrentState;
        _items++;
        _broken.Add(new BrokenObject(_oversizedKey, TooLarge));
        _phase = Phase.Items;
    }

    private long ReadTokens(ReadOnlySequence<byte> buffer)
    {
        var json = new Utf8JsonReader(buffer, isFinalBlock: false, _state);
        long consumed = 0;
        while (_phase != Phase.End && TryReadOne(ref json, buffer))
        {
            consumed = json.BytesConsumed;
            _state = json.CurrentState;
        }

        return consumed;
    }

    /// <summary>Reads the next field or item; false where not all of it has come.</summary>
    private bool TryReadOne(ref Utf8JsonReader json, ReadOnlySequence<byte> buffer)
    {
        if (!json.Read())
        {
            return false;
        }

        switch (_phase)
        {
            case Phase.Start:
                _phase = json.TokenType == JsonTokenType.StartObject ? Phase.Fields : throw new JsonException("no object");
                return true;
            case Phase.Items when json.TokenType == JsonTokenType.EndArray:
                _phase = Phase.Fields;
                return true;
            case Phase.Items:
                return TryReadItem(ref json, buffer);
            case Phase.Fields when json.TokenType == JsonTokenType.EndObject:
                _phase = Phase.End;
                return true;
            default:
                return TryReadField(ref json, buffer);
        }
    }

    private bool TryReadField(ref Utf8JsonReader json, ReadOnlySequence<byte> buffer)
    {
        (bool isItems, bool isMetadata) = NameOf(json);
        if (!json.Read())
        {
            return false;
        }

        if (isItems && json.TokenType == JsonTokenType.StartArray)
        {
            _phase = Phase.Items;
            return true;
        }

        long start = json.TokenStartIndex;
        if (!json.TrySkip())
        {
            return false;
        }

        if (isMetadata)
        {
            var metadata = new Utf8JsonReader(buffer.Slice(start, json.BytesConsumed - start));
            ListMetadataModel? model = JsonSerializer.Deserialize(ref metadata, KubernetesJson.Default.ListMetadataModel);
            _resourceVersion = model?.ResourceVersion ?? "";
            _continue = model?.Continue ?? "";
        }

        return true;
    }

    private static (bool IsItems, bool IsMetadata) NameOf(in Utf8JsonReader json)
    {
        try
        {
            return (json.ValueTextEquals("items"u8), json.ValueTextEquals("metadata"u8));
        }
        catch (InvalidOperationException exception)
        {
            // That is how the reader says that escapes make no text, such as half of a surrogate pair.
            throw new JsonException("the name of a field is no text", exception);
        }
    }

    private bool TryReadItem(ref Utf8JsonReader json, ReadOnlySequence<byte> buffer)
    {
        long start = json.TokenStartIndex;
        if (!json.TrySkip())
        {
            return false;
        }

        _items++;
        ReadOnlySequence<byte> text = buffer.Slice(start, json.BytesConsumed - start);
        var item = new Utf8JsonReader(text);
        string reason = TooLarge;
        if (text.Length <= MaxObjectBytes && objects.TryRead(ref item, out KubeObject? found, out reason))
        {
            _found.Add(found);
        }
        else
        {
            _broken.Add(new BrokenObject(ObjectHead.Read(text).Key, reason));
        }

        return true;
    }
}
