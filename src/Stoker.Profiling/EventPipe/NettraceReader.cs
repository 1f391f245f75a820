using System.Buffers.Binary;
using System.Text;
using Stoker.Profiling.Stacks;

namespace Stoker.Profiling.EventPipe;

/// <summary>One thread's stack in one sweep of the runtime's sampler.</summary>
/// <param name="Timestamp">In the ticks of <see cref="System.Diagnostics.Stopwatch"/>.</param>
/// <param name="IsManaged">False where the thread was outside managed code: waiting, or in native code.</param>
internal readonly record struct SweepSample(long Timestamp, int ThreadId, int Stack, bool IsManaged);

/// <summary>
/// Reads the samples out of a stream in the nettrace format, version 4, as an EventPipe session of this process writes it: <c>Nettrace</c>,
/// a serialization header, then objects, each <c>5 5 1 version minReader nameLength name 6 payload 6</c>, and a final <c>1</c>. A block's
/// payload is its size, padding to a multiple of four in the stream, and the block itself.
/// While a session ends, a reader that creates an event source or waits for one can block the runtime (dotnet/runtime#1892). So this runs on a
/// thread of its own and does nothing but read bytes and fill lists: no logging, no pools, no LINQ, no tasks.
/// </summary>
internal sealed class NettraceReader(Stream stream, StackTable stacks, List<SweepSample> samples)
{
    public const string SamplerProvider = "Microsoft-DotNETCore-SampleProfiler";

    /// <summary>The runtime's blocks are about 100 KB; anything far larger is not a block.</summary>
    private const int MaxBlockBytes = 64 << 20;

    private const byte NullTag = 1;
    private const byte BeginTag = 5;
    private const byte EndTag = 6;
    private const int TraceObjectBytes = 48;

    private static readonly byte[] Preamble = [.. "Nettrace"u8, 20, 0, 0, 0, .. "!FastSerialization.1"u8];

    private readonly HashSet<int> _samplerMetadata = [];
    private readonly Dictionary<int, int> _stackNumbers = [];
    private readonly ulong[] _addresses = new ulong[MaxFrames];
    private byte[] _block = new byte[128 * 1024];
    private long _position;

    /// <summary>The runtime cuts stacks at 100 frames.</summary>
    private const int MaxFrames = 256;

    /// <summary>Reads to the end. Null means that the stream was whole or was closed between two objects; otherwise what is wrong with it.</summary>
    public string? Read()
    {
        if (!Fill(Preamble.Length) || !_block.AsSpan(0, Preamble.Length).SequenceEqual(Preamble))
        {
            return "it does not begin as a nettrace stream";
        }

        while (Fill(1) && _block[0] == BeginTag)
        {
            if (!TryReadName(out string name))
            {
                return $"an object has no valid head at byte {_position}";
            }

            bool isWhole = name == "Trace" ? Fill(TraceObjectBytes) : TryReadBlock(name);
            if (!isWhole || !Fill(1) || _block[0] != EndTag)
            {
                return $"the {name} is cut short or malformed at byte {_position}";
            }
        }

        return null;
    }

    private bool TryReadName(out string name)
    {
        name = "";
        if (!Fill(14) || _block[0] != BeginTag || _block[1] != NullTag)
        {
            return false;
        }

        int length = BinaryPrimitives.ReadInt32LittleEndian(_block.AsSpan(10));
        if (length is < 1 or > 64 || !Fill(length))
        {
            return false;
        }

        name = Encoding.ASCII.GetString(_block, 0, length);
        return Fill(1) && _block[0] == EndTag;
    }

    private bool TryReadBlock(string name)
    {
        if (!Fill(4))
        {
            return false;
        }

        int size = BinaryPrimitives.ReadInt32LittleEndian(_block);
        int padding = (int)(-_position & 3);
        if (size is < 0 or > MaxBlockBytes || !Fill(padding))
        {
            return false;
        }

        if (size > _block.Length)
        {
            _block = new byte[size];
        }

        if (!Fill(size))
        {
            return false;
        }

        var cursor = new NettraceCursor(_block.AsSpan(0, size));
        switch (name)
        {
            case "StackBlock":
                ReadStacks(ref cursor);
                break;
            case "MetadataBlock":
                ReadEvents(ref cursor, isMetadata: true);
                break;
            case "EventBlock":
                ReadEvents(ref cursor, isMetadata: false);
                break;
            case "SPBlock":
                // After a sequence point the runtime counts stacks from the beginning again.
                _stackNumbers.Clear();
                break;
        }

        return !cursor.HasFailed;
    }

    private void ReadStacks(ref NettraceCursor cursor)
    {
        int first = cursor.Int32();
        int count = cursor.Int32();
        for (int i = 0; i < count && !cursor.HasFailed; i++)
        {
            ReadOnlySpan<byte> bytes = cursor.Bytes(cursor.Int32());
            int frames = Math.Min(bytes.Length / sizeof(ulong), MaxFrames);
            for (int frame = 0; frame < frames; frame++)
            {
                ulong address = BinaryPrimitives.ReadUInt64LittleEndian(bytes[(frame * sizeof(ulong))..]);

                // All but the first are return addresses, which may lie behind the end of the calling method.
                _addresses[frame] = frame == 0 ? address : address - 1;
            }

            _stackNumbers[first + i] = stacks.Intern(_addresses.AsSpan(0, frames));
        }
    }

    private void ReadEvents(ref NettraceCursor cursor, bool isMetadata)
    {
        const int CompressedHeaders = 1;
        int headerBytes = cursor.Int16();
        int flags = cursor.Int16();
        cursor.Bytes(headerBytes - 4);
        if ((flags & CompressedHeaders) == 0)
        {
            cursor.Fail();
            return;
        }

        var head = default(NettraceEventHead);
        while (!cursor.IsAtEnd && !cursor.HasFailed)
        {
            head.Read(ref cursor);
            ReadOnlySpan<byte> payload = cursor.Bytes(head.PayloadBytes);
            if (cursor.HasFailed)
            {
                return;
            }

            if (isMetadata)
            {
                ReadMetadata(payload);
            }
            else if (_samplerMetadata.Contains(head.MetadataId) && _stackNumbers.TryGetValue(head.StackId, out int stack))
            {
                samples.Add(new SweepSample(head.Timestamp, (int)head.ThreadId, stack, payload is [2, ..]));
            }
        }
    }

    // int32 metadata id, then the provider's name in UTF-16 with a zero behind it, then the shape of the event, which is known here.
    private void ReadMetadata(ReadOnlySpan<byte> payload)
    {
        if (payload.Length <= 4)
        {
            return;
        }

        ReadOnlySpan<byte> name = payload[4..];
        int length = SamplerProvider.Length * 2;
        if (name.Length >= length + 2 && name[length] == 0 && Encoding.Unicode.GetString(name[..length]) == SamplerProvider)
        {
            _samplerMetadata.Add(BinaryPrimitives.ReadInt32LittleEndian(payload));
        }
    }

    private bool Fill(int count)
    {
        int read = 0;
        while (read < count)
        {
            int got = stream.Read(_block, read, count - read);
            if (got == 0)
            {
                return false;
            }

            read += got;
        }

        _position += count;
        return true;
    }
}
