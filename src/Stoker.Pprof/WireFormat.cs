using System.Numerics;

namespace Stoker.Pprof;

internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Length = 2,
    StartGroup = 3,
    EndGroup = 4,
    Fixed32 = 5,
}

/// <summary>The numbers of the protobuf wire format that the reader and the writer share.</summary>
internal static class WireFormat
{
    /// <summary>64 bits at 7 bits a byte.</summary>
    public const int MaxVarintLength = 10;

    public static uint Tag(int field, WireType type) => ((uint)field << 3) | (uint)type;

    public static int VarintLength(ulong value) => (BitOperations.Log2(value | 1) / 7) + 1;
}
