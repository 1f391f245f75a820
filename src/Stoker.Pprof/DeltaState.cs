namespace Stoker.Pprof;

/// <summary>
/// The totals of the last profile, stack by stack: rows of hash and totals in the order in which the last profile showed them, followed by
/// those that it did not show. Most writers keep their order from one profile to the next, so that the next stack is the next row; Go sorts
/// its mutex and block profiles anew each time, and there <see cref="StackMatch"/> finds the rows. There is one state for each target and profile type, for as long as the target lives, so it
/// has no index of its own and fits closely.
/// </summary>
internal sealed class DeltaState(int columns)
{
    /// <summary>
    /// A stack that has not been seen for more scrapes than this is forgotten. It is more than one, because a scrape may catch a runtime's
    /// table in change.
    /// </summary>
    private const int MaxAge = 4;

    // Of stacks that a profile does not show, so many more than it shows are kept, the youngest first: a target whose stacks are other ones in
    // each scrape must not fill the memory with those that never come back.
    private const int MoreUnseen = 1024;

    // The object, the array headers and what ProfileDelta keeps beside the rows.
    private const int FixedBytes = 320;

    // A stack that is new in each scrape should not cost a new array in each.
    private const int SlackDivisor = 16;

    // Of each row the hash, never 0, and then the totals.
    private readonly int _stride = columns + 1;
    private ulong[] _rows = [];

    // For how many scrapes the rows behind the shown ones have not been seen.
    private byte[] _ages = [];
    private int _shown;

    public long Bytes => FixedBytes + ((long)_rows.Length * sizeof(ulong)) + _ages.Length;

    /// <summary>How many stacks are known.</summary>
    public int Count { get; private set; }

    public ulong Hash(int row) => _rows[row * _stride];

    public void Clear() => Count = _shown = 0;

    /// <summary>
    /// Puts the new totals into the state and the differences into the samples, marks the samples that have nothing to say, and forgets the
    /// stacks that are gone. A total that falls while the sum does not is of a stack that its runtime has forgotten and met again: nothing is
    /// known of this interval, so it counts as zero and starts anew.
    /// </summary>
    /// <param name="values">Rows of as many values as <paramref name="isDelta"/> has columns.</param>
    /// <param name="match">Where the stack of each sample is in this state; the caller has summed repeated ones.</param>
    public void Subtract(ReadOnlySpan<ulong> hashes, Span<long> values, ReadOnlySpan<bool> isDelta, StackMatch match, bool asTheyStand)
    {
        using var moved = new PooledList<ulong>();
        Span<ulong> target = match.IsInOrder ? _rows : moved.Resize((Count + match.Distinct) * _stride);
        Span<int> slots = match.Slots.Items;
        ReadOnlySpan<ulong> rows = _rows.AsSpan(0, Count * _stride);
        int written = 0;
        for (int i = 0; i < slots.Length; i++)
        {
            if (slots[i] < 0)
            {
                continue;
            }

            int before = slots[i] * _stride;
            Span<long> row = values.Slice(i * isDelta.Length, isDelta.Length);
            target[written++] = hashes[i];
            long hasSomething = 0;
            for (int column = 0; column < row.Length; column++)
            {
                long value = row[column];
                if (isDelta[column])
                {
                    before++;
                    long total = before < rows.Length ? (long)rows[before] : 0;
                    target[written++] = (ulong)value;
                    if (!asTheyStand)
                    {
                        // A growth that does not fit comes out negative.
                        long growth = value - total;
                        value = value <= total ? 0 : growth >= 0 ? growth : long.MaxValue;
                        row[column] = value;
                    }
                }

                hasSomething |= value;
            }

            if (hasSomething == 0)
            {
                slots[i] = StackMatch.Unsent;
            }
        }

        KeepUnseen(rows, match, target, written);
        int length = Count * _stride;
        if (!match.IsInOrder || IsTooLarge(length))
        {
            ulong[] fitting = _rows.Length < length || IsTooLarge(length) ? new ulong[length + (length / SlackDivisor)] : _rows;
            target[..length].CopyTo(fitting);
            _rows = fitting;
        }
    }

    private bool IsTooLarge(int length) => _rows.Length > length + (length / 4) + 64;

    private void KeepUnseen(ReadOnlySpan<ulong> rows, StackMatch match, Span<ulong> target, int written)
    {
        ReadOnlySpan<int> owners = match.Owners.Items;
        int known = Count;
        int shownBefore = _shown;
        using var ages = new PooledList<byte>();
        for (int row = match.IsInOrder ? match.Distinct : 0; row < known; row++)
        {
            int age = row < shownBefore ? 1 : _ages[row - shownBefore] + 1;
            if (owners[row] == 0 && age <= MaxAge && ages.Count < match.Distinct + MoreUnseen)
            {
                // Those that went last stand first, so the limit leaves out the oldest.
                // In order, this moves rows towards the start, over those that are read already.
                rows.Slice(row * _stride, _stride).CopyTo(target[written..]);
                written += _stride;
                ages.Add((byte)age);
            }
        }

        _shown = match.Distinct;
        Count = _shown + ages.Count;
        if (_ages.Length < ages.Count || _ages.Length > (2 * ages.Count) + 64)
        {
            _ages = new byte[ages.Count + (ages.Count / SlackDivisor)];
        }

        ages.Items.CopyTo(_ages);
    }
}
