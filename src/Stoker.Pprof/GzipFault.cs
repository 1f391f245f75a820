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

    // Real bodies have one member. The limit keeps a body of many tiny ones from costing a decompressor for each.
    private const int MaxMembers = 32;

    public static PprofError Find(ReadOnlyMemory<byte> body, long maxBytes)
    {
        int position = 0;
        for (int members = 0; members < MaxMembers; members++)
        {
            ReadOnlyMemory<byte> rest = body[position..];
            int data = HeaderEnd(rest.Span);
            if (data == Damaged && members > 0)
            {
                return new PprofError(position, "", $"{rest.Length} bytes that are not gzip follow the gzip data");
            }

            if (data < 0)
            {
                return data == Cut ? Truncated(body) : new PprofError(position, "", "The gzip header is damaged");
            }

            int used = DataLength(rest[data..], maxBytes);
            if (used < 0)
            {
                return used == Cut ? Truncated(body) : new PprofError(position + data, "", "The compressed data is damaged");
            }

            int length = data + used + TrailerLength;
            if (length > rest.Length)
            {
                return Truncated(body);
            }

            if (!IsSound(rest[..length], maxBytes))
            {
                return new PprofError(position + length - TrailerLength, "", "The checksum or the length at the end of the gzip data is wrong");
            }

            position += length;
        }

        return new PprofError(position, "", "The gzip data is damaged or cut short");
    }

    private static ReadOnlySpan<byte> Magic => [0x1F, 0x8B];

    private const int Cut = -1;
    private const int Damaged = -2;

    private static PprofError Truncated(ReadOnlyMemory<byte> body) => new(body.Length, "", "The gzip data is cut short");

    /// <summary>Whether the checksum of a whole member is right, which the framework's stream sees to.</summary>
    private static bool IsSound(ReadOnlyMemory<byte> member, long maxBytes)
    {
        using var gzip = new GZipStream(new MemorySource(member, default), CompressionMode.Decompress);
        return Drain(gzip, maxBytes) >= 0;
    }

    /// <summary>The length of a member's header: 10 bytes, then what the flags in the fourth say.</summary>
    private static int HeaderEnd(ReadOnlySpan<byte> member)
    {
        const int FixedLength = 10;
        const byte HeaderChecksum = 2;
        const byte Extra = 4;
        const byte Name = 8;
        const byte Comment = 16;
        if (!Magic[..Math.Min(2, member.Length)].SequenceEqual(member[..Math.Min(2, member.Length)]))
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
    private static int DataLength(ReadOnlyMemory<byte> bytes, long maxBytes)
    {
        var coarse = new MemorySource(bytes, default);
        if (Inflate(coarse, maxBytes) < 0)
        {
            return Damaged;
        }

        var fine = new MemorySource(bytes, default, fineFrom: coarse.LastRead);
        Inflate(fine, maxBytes);

        // A reader that has all it needs does not ask for more; one that has read everything may still want more, and then the trailer is
        // missing too, so the member is cut short either way.
        return fine.Consumed == bytes.Length ? Cut : fine.Consumed;
    }

    private static long Inflate(MemorySource source, long maxBytes)
    {
        using var inflate = new DeflateStream(source, CompressionMode.Decompress);
        return Drain(inflate, maxBytes);
    }

    /// <summary>How many bytes come out; -1 where the data is damaged.</summary>
    private static long Drain(Stream stream, long maxBytes)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(16 * 1024);
        try
        {
            long total = 0;
            int read;
            while (total <= maxBytes && (read = stream.Read(buffer)) > 0)
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
