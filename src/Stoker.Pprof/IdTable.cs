using System.Runtime.CompilerServices;

namespace Stoker.Pprof;

/// <summary>
/// Finds the position of a mapping, function or location by its id. Nearly all writers number from 1 on, and then no table is needed at all;
/// for any other ids it is a hash table.
/// </summary>
internal sealed class IdTable : IDisposable
{
    private readonly PooledList<ulong> _ids = new();
    private readonly PooledList<int> _slots = new();
    private bool _sequential = true;

    public int Count { get; private set; }

    /// <summary>Whether the ids are 1, 2, 3 and so on.</summary>
    public bool IsSequential => _sequential;

    /// <summary>Adds the next id. Returns false where it is there already.</summary>
    public bool TryAdd(ulong id)
    {
        if (_sequential)
        {
            if (id == (ulong)Count + 1)
            {
                Count++;
                return true;
            }

            LeaveSequence();
        }

        if ((Count + 1) * 2L > _slots.Count)
        {
            Rehash();
        }

        if (!TryPlace(id, Count))
        {
            return false;
        }

        _ids.Add(id);
        Count++;
        return true;
    }

    /// <summary>The position at which <paramref name="id"/> was added.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFind(ulong id, out int index)
    {
        if (_sequential)
        {
            index = (int)(id - 1);
            return id - 1 < (ulong)Count;
        }

        return TryFindSlow(id, out index);
    }

    public void Dispose()
    {
        _ids.Dispose();
        _slots.Dispose();
    }

    private bool TryFindSlow(ulong id, out int index)
    {
        index = -1;
        if (_slots.Count == 0)
        {
            return false;
        }

        int mask = _slots.Count - 1;
        for (int slot = (int)ContentHash.Mix(id, 0) & mask; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            if (_ids[_slots[slot] - 1] == id)
            {
                index = _slots[slot] - 1;
                return true;
            }
        }

        return false;
    }

    private void LeaveSequence()
    {
        _sequential = false;
        for (int i = 0; i < Count; i++)
        {
            _ids.Add((ulong)i + 1);
        }

        Rehash();
    }

    private void Rehash()
    {
        int size = 16;
        while (size < (Count + 1) * 3L && size < 1 << 30)
        {
            size <<= 1;
        }

        _slots.Zero(size);
        for (int i = 0; i < Count; i++)
        {
            TryPlace(_ids[i], i);
        }
    }

    private bool TryPlace(ulong id, int index)
    {
        int mask = _slots.Count - 1;
        int slot = (int)ContentHash.Mix(id, 0) & mask;
        while (_slots[slot] != 0)
        {
            if (_ids[_slots[slot] - 1] == id)
            {
                return false;
            }

            slot = (slot + 1) & mask;
        }

        _slots[slot] = index + 1;
        return true;
    }
}
