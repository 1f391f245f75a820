using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;

namespace Stoker.Profiling.Stacks;

/// <summary>
/// Gives every different stack a small number. A stack is a row of 64-bit values, leaf first: addresses while a profile is recorded, numbers of
/// frames while it is written. Bounded: what comes after the last place is number 0, <see cref="Overflow"/>. Not safe from several threads.
/// </summary>
internal sealed class StackTable
{
    /// <summary>The number that all stacks share for which there was no place.</summary>
    public const int Overflow = 0;

    /// <summary>At 50 frames a stack this is about 26 MB, the most that one profile may take from the process it looks at.</summary>
    private const int MaxStacks = 65_536;

    private readonly Dictionary<ulong[], int> _numbers = new(new ByContent());
    private readonly Dictionary<ulong[], int>.AlternateLookup<ReadOnlySpan<ulong>> _lookup;
    private readonly List<ulong[]> _stacks = [];

    /// <param name="overflow">The stack that stands for all that have no place.</param>
    public StackTable(params ReadOnlySpan<ulong> overflow)
    {
        _lookup = _numbers.GetAlternateLookup<ReadOnlySpan<ulong>>();
        _stacks.Add(overflow.ToArray());
    }

    public int Count => _stacks.Count;

    public ReadOnlySpan<ulong> this[int number] => _stacks[number];

    public int Intern(ReadOnlySpan<ulong> leafFirst)
    {
        if (_lookup.TryGetValue(leafFirst, out int number))
        {
            return number;
        }

        if (_stacks.Count >= MaxStacks)
        {
            return Overflow;
        }

        ulong[] stack = leafFirst.ToArray();
        number = _stacks.Count;
        _stacks.Add(stack);
        _numbers.Add(stack, number);
        return number;
    }

    private sealed class ByContent : IEqualityComparer<ulong[]>, IAlternateEqualityComparer<ReadOnlySpan<ulong>, ulong[]>
    {
        public bool Equals(ulong[]? x, ulong[]? y) => x.AsSpan().SequenceEqual(y);

        public bool Equals(ReadOnlySpan<ulong> alternate, ulong[] other) => alternate.SequenceEqual(other);

        public int GetHashCode([DisallowNull] ulong[] obj) => GetHashCode(obj.AsSpan());

        public int GetHashCode(ReadOnlySpan<ulong> alternate)
        {
            var hash = new HashCode();
            hash.AddBytes(MemoryMarshal.AsBytes(alternate));
            return hash.ToHashCode();
        }

        public ulong[] Create(ReadOnlySpan<ulong> alternate) => alternate.ToArray();
    }
}
