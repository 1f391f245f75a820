namespace Stoker.Profiling.EventPipe;

/// <summary>
/// The compressed head of an event: a byte of flags says which fields follow; a field that does not follow is as it was for the event before, and
/// the timestamp is always a difference to it.
/// </summary>
internal struct NettraceEventHead
{
    private const byte HasMetadataId = 1;
    private const byte HasCapture = 2;
    private const byte HasThreadId = 4;
    private const byte HasStackId = 8;
    private const byte HasActivityId = 16;
    private const byte HasRelatedActivityId = 32;
    private const byte HasPayloadBytes = 128;
    private const int ActivityIdBytes = 16;

    public int MetadataId { get; private set; }

    public long ThreadId { get; private set; }

    public int StackId { get; private set; }

    public long Timestamp { get; private set; }

    public int PayloadBytes { get; private set; }

    public void Read(ref NettraceCursor cursor)
    {
        byte flags = cursor.Byte();
        if ((flags & HasMetadataId) != 0)
        {
            MetadataId = (int)cursor.Varint();
        }

        if ((flags & HasCapture) != 0)
        {
            // The sequence number, the capturing thread and its processor: nothing here asks for them.
            cursor.Varint();
            cursor.Varint();
            cursor.Varint();
        }

        ThreadId = (flags & HasThreadId) != 0 ? (long)cursor.Varint() : ThreadId;
        StackId = (flags & HasStackId) != 0 ? (int)cursor.Varint() : StackId;
        Timestamp += (long)cursor.Varint();
        cursor.Bytes(((flags & HasActivityId) != 0 ? ActivityIdBytes : 0) + ((flags & HasRelatedActivityId) != 0 ? ActivityIdBytes : 0));
        PayloadBytes = (flags & HasPayloadBytes) != 0 ? (int)cursor.Varint() : PayloadBytes;
    }
}
