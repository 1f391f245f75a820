using System.Buffers;
using System.IO.Compression;

namespace Stoker.Pprof;

/// <summary>
/// Finds out what is wrong with a gzip body that did not inflate. It goes member by member; to learn where the compressed data of one ends it
/// inflates it twice, the second time with single bytes near the end, because the framework's stream does not tell how much it has used.
/// </summary>
internal static class GzipFault
{
    private const int TrailerLength = 8;

    public static PprofError Find(ReadOnlyMemory<byte> body, long maxBytes)
    {
        int position = 0;
        for (int members = 0; ; members++)
        {
            int data = HeaderEnd(body.Span[position..]);
            if (data < 0)
            {
                bool isCut = body.Length - position < 3 && GzipMagicStart(body.Span[position..]);
                return members > 0 && !isCut && !GzipBody.IsGzip(body.Span[position..])
                    ? new PprofError(position, "", $"{body.Length - position} bytes that are not gzip follow the gzip data")
                    : data == Cut
                        ? Truncated(body)
                        : new PprofError(position, "", "The gzip header is damaged");
            }

            position += data;
            int used = DataLength(body[position..], ref maxBytes);
            if (used < 0)
            {
                return used == Cut ? Truncated(body) : new PprofError(position, "", "The compressed data is damaged");
            }

            position += used;
            if (body.Length - position < TrailerLength)
            {
                return Truncated(body);
            }

            position += TrailerLength;
            if (position == body.Length || maxBytes < 0)
            {
                // All lengths are right, so one of the trailers is not.
                return new PprofError(position - TrailerLength, "", "The checksum of the gzip data is wrong");
            }
        }
    }

    private const int Cut = -1;
    private const int Damaged = -2;

    private static PprofError Truncated(ReadOnlyMemory<byte> body) => new(body.Length, "", "The gzip data is cut short");

    private static bool GzipMagicStart(ReadOnlySpan<byte> bytes) => bytes.Length == 0 || bytes[0] == 0x1F;

    /// <summary>The length of a member's header: 10 bytes, then what the flags in the fourth say.</summary>
    private static int HeaderEnd(ReadOnlySpan<byte> member)
    {
        const int FixedLength = 10;
        const byte HeaderChecksum = 2;
        const byte Extra = 4;
        const byte Name = 8;
        const byte Comment = 16;
        if (!GzipBody.IsGzip(member) && member.Length >= 2)
        {
            return Damaged;
        }

        if (member.Length < FixedLength)
        {
            return Cut;
        }

        byte flags = member[3];
        if (member[2] != 8 || (flags & 0xE0) != 0)
        {
            return Damaged;
        }

        int position = FixedLength;
        if ((flags & Extra) != 0)
        {
            if (member.Length < position + 2)
            {
                return Cut;
            }

            position += 2 + (member[position] | (member[position + 1] << 8));
        }

        foreach (byte flag in (ReadOnlySpan<byte>)[Name, Comment])
        {
            if ((flags & flag) != 0 && position <= member.Length)
            {
                int zero = member[position..].IndexOf((byte)0);
                position = zero < 0 ? int.MaxValue : position + zero + 1;
            }
        }

        position = position == int.MaxValue ? position : position + ((flags & HeaderChecksum) != 0 ? 2 : 0);
        return position <= member.Length ? position : Cut;
    }

    /// <summary>How many bytes the compressed data of a member takes.</summary>
    private static int DataLength(ReadOnlyMemory<byte> bytes, ref long maxBytes)
    {
        var coarse = new MemorySource(bytes, default);
        long inflated = Drain(coarse, maxBytes);
        if (inflated < 0)
        {
            return Damaged;
        }

        maxBytes -= inflated;
        var fine = new MemorySource(bytes, default, fineFrom: coarse.LastRead);
        Drain(fine, inflated + 1);

        // A reader that has all it needs does not ask for more; one that has read everything may still want more, and then the trailer is
        // missing too, so the member is cut short either way.
        return fine.Consumed == bytes.Length ? Cut : fine.Consumed;
    }

    private static long Drain(MemorySource source, long maxBytes)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            using var inflate = new DeflateStream(source, CompressionMode.Decompress);
            long total = 0;
            int read;
            while (total <= maxBytes && (read = inflate.Read(buffer)) > 0)
            {
                total += read;
            }

            return total;
        }
        catch (InvalidDataException)
        {
            return -1;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }
}
