using System.Buffers;
using System.Runtime.CompilerServices;

namespace Stoker.Pprof;

/// <summary>A list of numbers in an array of the shared pool. It grows with what is added, never with what is claimed.</summary>
internal sealed class PooledList<T> : IDisposable
    where T : unmanaged
{
    // A rented array of 1,024 costs as much as one of 64, and spares most profiles the growing.
    private const int FirstLength = 1024;

    private T[] _items = [];

    public int Count { get; private set; }

    public Span<T> Items => _items.AsSpan(0, Count);

    public ref T this[int index] => ref _items[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        T[] items = _items;
        int count = Count;
        if ((uint)count < (uint)items.Length)
        {
            items[count] = item;
            Count = count + 1;
            return;
        }

        AddToGrown(item);
    }

    /// <summary>Makes the list <paramref name="count"/> items long, all of them zero.</summary>
    public void Zero(int count)
    {
        Count = 0;
        if (_items.Length < count)
        {
            Grow(count);
        }

        Count = count;
        Items.Clear();
    }

    /// <summary>Makes the list <paramref name="count"/> items long, with anything in them.</summary>
    public Span<T> Resize(int count)
    {
        Count = 0;
        if (_items.Length < count)
        {
            Grow(count);
        }

        Count = count;
        return Items;
    }

    public void Truncate(int count) => Count = count;

    public void Dispose()
    {
        if (_items.Length > 0)
        {
            ArrayPool<T>.Shared.Return(_items);
        }

        _items = [];
        Count = 0;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void AddToGrown(T item)
    {
        Grow(Count + 1);
        _items[Count++] = item;
    }

    private void Grow(int wanted)
    {
        T[] larger = ArrayPool<T>.Shared.Rent(Math.Max(Math.Max(wanted, FirstLength), (int)Math.Min((long)_items.Length * 2, Array.MaxLength)));
        Items.CopyTo(larger);
        if (_items.Length > 0)
        {
            ArrayPool<T>.Shared.Return(_items);
        }

        _items = larger;
    }
}
