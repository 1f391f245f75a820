namespace Stoker.Pprof;

/// <summary>
/// Numbers byte strings in the order in which they first came; equal bytes get the same number. Bytes are compared and not only their
/// hashes, so two entries never become one. What was added last can be taken back.
/// </summary>
internal sealed class ProfileMergeTable : IDisposable
{
    // An end, a hash and up to four slots.
    private const int EntryBytes = 24;

    private readonly WireBuffer _bytes = new();
    private readonly PooledList<int> _ends = new();
    private readonly PooledList<uint> _hashes = new();

    // Open addressing by the hash: 0 is free, else the number of an entry and one.
    private readonly PooledList<int> _slots = new();

    public int Count => _ends.Count;

    public long HeldBytes => _bytes.Length + ((long)Count * EntryBytes);

    /// <summary>Valid until the next entry is added.</summary>
    public ReadOnlySpan<byte> this[int number] => _bytes.Written[(number == 0 ? 0 : _ends[number - 1]).._ends[number]];

    /// <summary>The number of an entry, a new one where it is not there yet.</summary>
    public int Intern(ReadOnlySpan<byte> entry) => Intern(entry, out _);

    public int Intern(ReadOnlySpan<byte> entry, out bool isNew)
    {
        if ((Count + 1) * 4L > _slots.Count * 3L)
        {
            int size = 16;
            while (size < (Count + 1) * 2L)
            {
                size <<= 1;
            }

            Rehash(size);
        }

        uint hash = (uint)ContentHash.Of(entry);
        int mask = _slots.Count - 1;
        int slot = (int)hash & mask;
        for (; _slots[slot] != 0; slot = (slot + 1) & mask)
        {
            int number = _slots[slot] - 1;
            if (_hashes[number] == hash && this[number].SequenceEqual(entry))
            {
                isNew = false;
                return number;
            }
        }

        isNew = true;
        _bytes.Raw(entry);
        _ends.Add(_bytes.Length);
        _hashes.Add(hash);
        _slots[slot] = Count;
        return Count - 1;
    }

    /// <summary>Takes back all but the first <paramref name="count"/> entries.</summary>
    public void Truncate(int count)
    {
        if (count >= Count)
        {
            return;
        }

        // The last to come leaves first, so no entry lies behind a slot that was taken when it looked for its own.
        Span<int> slots = _slots.Items;
        for (int number = Count - 1; number >= count; number--)
        {
            int slot = (int)_hashes[number] & (slots.Length - 1);
            while (slots[slot] != number + 1)
            {
                slot = (slot + 1) & (slots.Length - 1);
            }

            slots[slot] = 0;
        }

        _bytes.Truncate(count == 0 ? 0 : _ends[count - 1]);
        _ends.Truncate(count);
        _hashes.Truncate(count);
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _ends.Dispose();
        _hashes.Dispose();
        _slots.Dispose();
    }

    private void Rehash(int size)
    {
        _slots.Zero(size);
        Span<int> slots = _slots.Items;
        for (int number = 0; number < Count; number++)
        {
            int slot = (int)_hashes[number] & (size - 1);
            while (slots[slot] != 0)
            {
                slot = (slot + 1) & (size - 1);
            }

            slots[slot] = number + 1;
        }
    }
}
