namespace Stoker.Pprof;

/// <summary>
/// The hash of a stack is the sum of its locations' hashes, each times a power of a fixed number that says at which depth it stands. So eight
/// frames can be hashed at a time without waiting for one another, and where nothing stands, nothing is added.
/// </summary>
/// <remarks>
/// Modulo 2⁶⁴ the powers of an odd number are alike in their lowest bits. Two stacks that differ only in the places of the same two frames, m
/// frames apart, therefore meet with a probability of about 4·m/2⁶⁴ instead of 1/2⁶⁴, and two that arrange two frames in certain long patterns of
/// 1,024 and more (that of Thue and Morse and its complement) meet always, whatever the key. A target that shows such stacks has two of its own
/// counted as one, and harms nobody else.
/// </remarks>
internal static class StackHash
{
    // Odd and 5 modulo 8, so that as few low bits as possible are alike.
    public const ulong Power1 = 0x9E3779B97F4A7C15;
    public const ulong Power2 = unchecked(Power1 * Power1);
    public const ulong Power3 = unchecked(Power2 * Power1);
    public const ulong Power4 = unchecked(Power3 * Power1);
    public const ulong Power5 = unchecked(Power4 * Power1);
    public const ulong Power6 = unchecked(Power5 * Power1);
    public const ulong Power7 = unchecked(Power6 * Power1);
    private const ulong Power8 = unchecked(Power7 * Power1);

    // Not a span over constants, because that allocates in code that is not optimized.
    public static readonly ulong[] Powers = [1, Power1, Power2, Power3, Power4, Power5, Power6, Power7, Power8];
}
