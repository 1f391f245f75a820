using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Security.Cryptography;

namespace Stoker.Pprof;

/// <summary>
/// 64-bit hashes that stand for stacks in the delta state. Each process draws its own secrets, so a target cannot prepare locations or labels
/// that collide (of stacks see <see cref="StackHash"/>).
/// By chance two of n stacks share a hash with a probability of about n²/2⁶⁵: 3·10⁻¹² for a profile of 10,000 stacks, and what would follow is
/// that the two are counted as one. That is why the state keeps no second 64 bits.
/// </summary>
internal static class ContentHash
{
    private static readonly ulong Secret0 = DrawSecret();
    private static readonly ulong Secret1 = DrawSecret();

    /// <summary>Mixes two hashes; their order counts.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Mix(ulong first, ulong second)
    {
        UInt128 product = Math.BigMul(first ^ Secret0, second ^ Secret1);
        return (ulong)(product >> 64) ^ (ulong)product;
    }

    public static ulong Of(ReadOnlySpan<byte> bytes)
    {
        ulong hash = (ulong)bytes.Length;
        while (bytes.Length > 8)
        {
            hash = Mix(BinaryPrimitives.ReadUInt64LittleEndian(bytes) + hash, hash);
            bytes = bytes[8..];
        }

        ulong last = 0;
        for (int i = 0; i < bytes.Length; i++)
        {
            last |= (ulong)bytes[i] << (8 * i);
        }

        return Mix(last + hash, hash);
    }

    // Odd, so that neither factor of Mix is likely to lose its low bits.
    private static ulong DrawSecret() => BinaryPrimitives.ReadUInt64LittleEndian(RandomNumberGenerator.GetBytes(8)) | 1;
}
