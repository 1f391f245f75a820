using System.Numerics;

namespace Stoker.Pprof;

/// <summary>
/// Finds for each sample of one profile the row of its stack in a <see cref="DeltaState"/>. An index over all rows is made only when a stack is
/// not where it is expected: never in most scrapes of heap profiles, and in nearly all of Go's mutex and block profiles, which it sorts by value.
/// </summary>
internal sealed class StackMatch : IDisposable
{
    /// <summary>In the place of the row of a sample that has nothing to say.</summary>
    public const int Unsent = -1;

    private readonly PooledList<int> _index = new();

    /// <summary>
    /// The row of each sample's stack; new stacks have rows behind those of the state. Of a stack that came before in this profile, the
    /// complement of that sample's position.
    /// </summary>
    public PooledList<int> Slots { get; } = new();

    /// <summary>By row, the position of the first sample that has this stack, plus 1; 0 where none has it.</summary>
    public PooledList<int> Owners { get; } = new();

    /// <summary>Whether the samples, repeated ones left out, have the first rows in their order, and no stack is new.</summary>
    public bool IsInOrder { get; private set; }

    /// <summary>How many stacks the profile has.</summary>
    public int Distinct { get; private set; }

    public bool HasRepeated => Distinct < Slots.Count;

    public void Find(DeltaState state, ReadOnlySpan<ulong> hashes)
    {
        Span<int> slots = Slots.Resize(hashes.Length);
        Owners.Zero(state.Count);
        IsInOrder = true;
        Distinct = 0;
        int next = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            int row = next;
            if (next >= state.Count || state.Hash(next) != hashes[i] || Owners[next] != 0)
            {
                row = FindOrAdd(state, hashes, i);
                if (Owners[row] != 0)
                {
                    slots[i] = ~(Owners[row] - 1);
                    continue;
                }

                IsInOrder = false;
            }

            Owners[row] = i + 1;
            slots[i] = row;
            Distinct++;
            next = row < state.Count ? row + 1 : next;
        }
    }

    public void Dispose()
    {
        Slots.Dispose();
        Owners.Dispose();
        _index.Dispose();
    }

    private int FindOrAdd(DeltaState state, ReadOnlySpan<ulong> hashes, int sample)
    {
        // Never more than half full, so that a probe stays short.
        if (Owners.Count * 2L >= _index.Count)
        {
            Rebuild(state, hashes);
        }

        ulong hash = hashes[sample];
        Span<int> index = _index.Items;
        int slot = Slot(hash);
        while (index[slot] != 0)
        {
            int row = index[slot] - 1;
            if (HashOf(state, hashes, row) == hash)
            {
                return row;
            }

            slot = (slot + 1) & (index.Length - 1);
        }

        Owners.Add(0);
        index[slot] = Owners.Count;
        return Owners.Count - 1;
    }

    // The hashes are well mixed, so their upper bits will do.
    private int Slot(ulong hash) => (int)(hash >> (64 - BitOperations.TrailingZeroCount(_index.Count)));

    private ulong HashOf(DeltaState state, ReadOnlySpan<ulong> hashes, int row) => row < state.Count ? state.Hash(row) : hashes[Owners[row] - 1];

    private void Rebuild(DeltaState state, ReadOnlySpan<ulong> hashes)
    {
        _index.Zero((int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, Owners.Count * 3)));
        Span<int> index = _index.Items;
        for (int row = 0; row < Owners.Count; row++)
        {
            int slot = Slot(HashOf(state, hashes, row));
            while (index[slot] != 0)
            {
                slot = (slot + 1) & (index.Length - 1);
            }

            index[slot] = row + 1;
        }
    }
}
