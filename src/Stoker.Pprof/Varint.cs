using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace Stoker.Pprof;

/// <summary>
/// Varints in loops that read many of them: no state, no branch between numbers of different length, because lengths come in no order and a
/// wrong guess costs more than the number. <see cref="WireReader"/> is for the rest.
/// </summary>
internal static class Varint
{
    private const ulong Continues = 0x8080808080808080;
    private const ulong Digits = 0x7F7F7F7F7F7F7F7F;

    /// <summary>
    /// Reads a number that has to end before <paramref name="end"/>. Returns the position behind it; below 0 the fault, for
    /// <see cref="WireReader.Describe"/>.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Read(ReadOnlySpan<byte> bytes, int position, int end, out ulong value)
    {
        // Eight bytes may reach beyond the message, never beyond the profile.
        if (BinaryPrimitives.TryReadUInt64LittleEndian(bytes[position..], out ulong word))
        {
            ulong ends = ~word & Continues;
            int next = position + (BitOperations.TrailingZeroCount(ends) >> 3) + 1;
            if (ends != 0 && next <= end)
            {
                value = Join(word & (ends ^ (ends - 1)));
                return next;
            }
        }

        return ReadByByte(bytes, position, end, out value);
    }

    /// <summary>
    /// Reads the length of a field. Returns where its content begins, and where it ends in <paramref name="contentEnd"/>; below 0 the fault.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int ReadLength(ReadOnlySpan<byte> bytes, int position, int end, out int contentEnd)
    {
        ulong length;
        int start;
        if (position < end && bytes[position] < 0x80)
        {
            length = bytes[position];
            start = position + 1;
        }
        else
        {
            start = ReadOutOfLine(bytes, position, end, out length);
        }

        if (length > (ulong)(end - start) && start >= 0)
        {
            contentEnd = 0;
            return WireReader.LongField;
        }

        contentEnd = start + (int)length;
        return start;
    }

    /// <summary>As <see cref="Read"/>, for where it is rare.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int ReadOutOfLine(ReadOnlySpan<byte> bytes, int position, int end, out ulong value) => Read(bytes, position, end, out value);

    /// <summary>Closes the gaps between the groups of seven bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Join(ulong word)
    {
        if (Bmi2.X64.IsSupported)
        {
            return Bmi2.X64.ParallelBitExtract(word, Digits);
        }

        word &= Digits;
        word = ((word & 0x7F007F007F007F00) >> 1) | (word & 0x007F007F007F007F);
        word = ((word & 0x3FFF00003FFF0000) >> 2) | (word & 0x00003FFF00003FFF);
        return ((word & 0x0FFFFFFF00000000) >> 4) | (word & 0x000000000FFFFFFF);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ReadByByte(ReadOnlySpan<byte> bytes, int position, int end, out ulong value)
    {
        value = 0;
        for (int shift = 0; shift < 64; shift += 7)
        {
            if (position >= end)
            {
                return WireReader.CutNumber;
            }

            byte next = bytes[position++];
            value |= (ulong)(next & 0x7F) << shift;
            if (next < 0x80)
            {
                // The tenth byte holds the one bit that is left of the 64.
                return shift == 63 && next > 1 ? WireReader.LongNumber : position;
            }
        }

        return WireReader.LongNumber;
    }
}
