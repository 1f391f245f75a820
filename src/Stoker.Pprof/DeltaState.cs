namespace Stoker.Pprof;

/// <summary>
/// The totals of the last profile by the hash of the stack: one open-addressing table of hash, totals and the scrape that last saw the stack.
/// Its arrays are its own and fit closely, because there is one for each target and profile type, for as long as the target lives.
/// </summary>
internal sealed class DeltaState(int columns)
{
    /// <summary>
    /// A stack that has not been seen for more scrapes than this is forgotten. It is more than one, because a scrape may catch a runtime's
    /// table in change.
    /// </summary>
    private const int MaxAge = 4;

    private const int MaxFirstStacks = 1 << 16;

    // The object, the array headers and what ProfileDelta keeps beside the table.
    private const int FixedBytes = 320;

    private ulong[] _hashes = [];
    private long[] _totals = [];

    // The generation that last saw the stack, 1 to 255 in a circle; 0 for a stack that is forgotten but still takes its slot.
    private byte[] _seen = [];
    private byte _generation = 1;
    private int _taken;
    private int _seenNow;

    public long Bytes => FixedBytes + ((long)_hashes.Length * (sizeof(ulong) + (columns * sizeof(long)) + 1));

    /// <summary>How many slots there are.</summary>
    public int Capacity => _hashes.Length;

    public void Clear()
    {
        Array.Clear(_hashes);
        Array.Clear(_totals);
        Array.Clear(_seen);
        _taken = 0;
    }

    public void BeginScrape(int samples)
    {
        _generation = _generation == byte.MaxValue ? (byte)1 : (byte)(_generation + 1);
        _seenNow = 0;
        if (_taken == 0 && _hashes.Length < samples)
        {
            // Many samples need not be many stacks, so a large table has to earn its growth.
            Rebuild(CapacityFor(Math.Min(samples, MaxFirstStacks)));
        }
    }

    /// <summary>The slot of a stack, or -1 where it has none and there is no room; <see cref="MakeRoom"/> then moves all slots.</summary>
    /// <param name="isRepeated">Whether this scrape has seen the stack before.</param>
    public int FindOrAdd(ulong hash, out bool isRepeated)
    {
        isRepeated = false;
        if (_hashes.Length == 0)
        {
            return -1;
        }

        int slot = Find(hash);
        if (_hashes[slot] == 0)
        {
            if (_taken + 1 > MaxTaken(_hashes.Length))
            {
                return -1;
            }

            _hashes[slot] = hash;
            _taken++;
        }

        isRepeated = _seen[slot] == _generation;
        _seenNow += isRepeated ? 0 : 1;
        _seen[slot] = _generation;
        return slot;
    }

    /// <summary>The slot of a stack that is there, or the free one where it would go.</summary>
    public int Find(ulong hash)
    {
        ulong[] hashes = _hashes;
        int slot = (int)Math.BigMul(hash, (ulong)hashes.Length, out _);
        while (hashes[slot] != hash && hashes[slot] != 0)
        {
            slot = slot + 1 == hashes.Length ? 0 : slot + 1;
        }

        return slot;
    }

    public Span<long> Totals(int slot) => _totals.AsSpan(slot * columns, columns);

    public void MakeRoom() => Rebuild(CapacityFor(_taken + 1));

    /// <summary>Forgets the stacks that are gone.</summary>
    public void EndScrape()
    {
        if (_seenNow < _taken)
        {
            int forgotten = Forget();
            if (forgotten > 16 + (_taken / 8))
            {
                Rebuild(CapacityFor(_taken - forgotten));
                return;
            }
        }

        if (_hashes.Length > CapacityFor(_taken) + (_taken / 4))
        {
            Rebuild(CapacityFor(_taken));
        }
    }

    // At 0.8 full after a rebuild and 0.875 at most, a stack with two totals takes 28.6 to 31.3 bytes, and a probe stays within a cache line or two.
    private static int CapacityFor(int stacks) => checked((int)(stacks * 5L / 4) + 8);

    private static int MaxTaken(int capacity) => (int)(capacity * 7L / 8);

    private int Forget()
    {
        int forgotten = 0;
        for (int slot = 0; slot < _seen.Length; slot++)
        {
            if (_hashes[slot] == 0)
            {
                continue;
            }

            int age = _seen[slot] <= _generation ? _generation - _seen[slot] : _generation + byte.MaxValue - _seen[slot];
            if (_seen[slot] == 0 || age > MaxAge)
            {
                _seen[slot] = 0;
                Totals(slot).Clear();
                forgotten++;
            }
        }

        return forgotten;
    }

    private void Rebuild(int capacity)
    {
        (ulong[] hashes, long[] totals, byte[] seen) = (_hashes, _totals, _seen);
        _hashes = new ulong[capacity];
        _totals = new long[checked(capacity * columns)];
        _seen = new byte[capacity];
        _taken = 0;
        for (int slot = 0; slot < hashes.Length; slot++)
        {
            if (hashes[slot] != 0 && seen[slot] != 0)
            {
                int moved = Find(hashes[slot]);
                _hashes[moved] = hashes[slot];
                _seen[moved] = seen[slot];
                totals.AsSpan(slot * columns, columns).CopyTo(Totals(moved));
                _taken++;
            }
        }
    }
}
