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
    /// Decodes the ids at the start of <paramref name="profile"/>, eight at most and of eight bytes at most; lanes behind
    /// <paramref name="count"/> are 0. Returns how many bytes they take: 0 at an id of more than two bytes, at one that is cut, and where
    /// fewer than eight bytes of the profile are left. Then the next id has to be read singly.
    /// </summary>
    /// <param name="profile">The rest of the profile.</param>
    /// <param name="length">How many bytes of it are packed ids.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Decode(ReadOnlySpan<byte> profile, int length, out Vector128<ushort> ids, out int count)
    {
        if (!BinaryPrimitives.TryReadUInt64LittleEndian(profile, out ulong word))
        {
            ids = default;
            count = 0;
            return 0;
        }

        Vector128<byte> packed = Vector128.CreateScalar(word).AsByte();

        // What lies behind the end counts as numbers that go on, so they are not complete.
        uint behind = 0xFFu << Math.Min(Lanes, length);
        uint mask = (byte)(packed.ExtractMostSignificantBits() | behind);
        uint step = Steps[mask];
        Vector128<ushort> pairs = Vector128.ShuffleNative(packed, Moves[mask]).AsUInt16();
        ids = (pairs & Vector128.Create((ushort)0x7F)) | ((pairs >>> 1) & Vector128.Create((ushort)0x3F80));
        count = (int)(step & 15);
        return (int)(step >> 4);
    }

    /// <summary>Whether the ids are from 1 to <paramref name="last"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool AreUpTo(int last, Vector128<ushort> ids, int count)
    {
        // An id of 0 becomes the largest number.
        var end = Vector128.Create((ushort)Math.Min(last, ushort.MaxValue));
        Vector128<ushort> wrong = Vector128.GreaterThanOrEqual(ids - Vector128<ushort>.One, end);
        return (wrong.ExtractMostSignificantBits() & ((1u << count) - 1)) == 0;
    }
}
