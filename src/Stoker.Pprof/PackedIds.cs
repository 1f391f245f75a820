using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Stoker.Pprof;

/// <summary>
/// Decodes packed ids below 2^14 up to eight at a time. The bits that say where a number goes on, of eight bytes, select from a table how to
/// move the bytes into eight lanes of two, so there is no branch for the length of a number and no number waits for the one before.
/// </summary>
internal static class PackedIds
{
    /// <summary>How much room for ids one step needs.</summary>
    public const int Lanes = 8;

    private const byte Nothing = 0xFF;

    private static readonly Vector128<byte>[] Moves = new Vector128<byte>[256];

    // How many ids are complete within the eight bytes, and in the upper half how many bytes they take.
    private static readonly byte[] Steps = new byte[256];

    static PackedIds()
    {
        Span<byte> moves = stackalloc byte[2 * Lanes];
        for (int mask = 0; mask < Steps.Length; mask++)
        {
            moves.Fill(Nothing);
            int count = 0;
            int position = 0;
            while (position < Lanes)
            {
                bool isLong = ((mask >> position) & 1) != 0;
                if (isLong && (position + 1 == Lanes || ((mask >> (position + 1)) & 1) != 0))
                {
                    break;
                }

                moves[2 * count] = (byte)position++;
                if (isLong)
                {
                    moves[(2 * count) + 1] = (byte)position++;
                }

                count++;
            }

            Moves[mask] = Vector128.Create<byte>(moves);
            Steps[mask] = (byte)(count | (position << 4));
        }
    }

    /// <summary>
    /// Decodes ids from <paramref name="position"/> on, as many as fit, and returns where it stopped. It may stop before <paramref name="end"/>
    /// with nothing done, at a longer id, at one that is cut, or near the end of the bytes; then the next one has to be read singly.
    /// </summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public static int Decode(ReadOnlySpan<byte> bytes, int position, int end, Span<ushort> ids, out int count)
    {
        count = 0;
        while (position < end && count <= ids.Length - Lanes
            && BinaryPrimitives.TryReadUInt64LittleEndian(bytes[position..], out ulong word))
        {
            Vector128<byte> packed = Vector128.CreateScalar(word).AsByte();

            // What lies behind the end counts as numbers that go on, so they are not complete.
            uint behind = 0xFFu << Math.Min(Lanes, end - position);
            uint mask = (byte)(packed.ExtractMostSignificantBits() | behind);
            uint step = Steps[mask];
            if (step == 0)
            {
                break;
            }

            Vector128<ushort> pairs = Vector128.ShuffleNative(packed, Moves[mask]).AsUInt16();
            ((pairs & Vector128.Create((ushort)0x7F)) | ((pairs >>> 1) & Vector128.Create((ushort)0x3F80))).CopyTo(ids[count..]);
            count += (int)(step & 15);
            position += (int)(step >> 4);
        }

        return position;
    }
}
