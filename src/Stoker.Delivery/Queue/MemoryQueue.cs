namespace Stoker.Delivery.Queue;

/// <summary>Told of every profile that a queue gives up. Called outside the queue's lock, from the thread that caused it.</summary>
/// <param name="detail">What the server or the disk said; empty where nobody did.</param>
internal delegate void ProfileDropped(QueuedProfile record, string reason, string detail);

/// <summary>
/// The queue of one endpoint: bounded by bytes, oldest first, and the book of what became of each profile. A profile is accepted, then taken,
/// then completed, dropped, or put back. This is the place of the durable queue: what a record is and when it may leave stay the same there.
/// Safe from several threads.
/// </summary>
internal sealed class MemoryQueue(long maxBytes, ProfileDropped onDropped)
{
    // Guards everything below. Nothing is called out to while it is held.
    private readonly Lock _lock = new();
    private readonly LinkedList<QueuedProfile> _ready = new();
    private readonly SortedSet<QueuedProfile> _deferred = new(DueOrder.Instance);
    private readonly HashSet<QueuedProfile> _taken = [];
    private readonly Dictionary<string, long> _dropped = new(StringComparer.Ordinal);
    private long _maxBytes = maxBytes;
    private long _bytes;
    private long _accepted;
    private long _delivered;
    private string? _closedReason;

    /// <summary>What the queued profiles count for, those on their way included.</summary>
    public long Bytes => Volatile.Read(ref _bytes);

    public int Count
    {
        get
        {
            lock (_lock)
            {
                return _ready.Count + _deferred.Count + _taken.Count;
            }
        }
    }

    public void SetMaxBytes(long maxBytes)
    {
        List<QueuedProfile>? evicted = null;
        lock (_lock)
        {
            _maxBytes = maxBytes;
            EvictLocked(room: 0, ref evicted);
        }

        Tell(evicted, DropReason.QueueFull);
    }

    /// <summary>Takes a profile in; the oldest ones that wait go where it finds no room.</summary>
    public void Enqueue(QueuedProfile record)
    {
        List<QueuedProfile>? evicted = null;
        string reason = DropReason.QueueFull;
        lock (_lock)
        {
            record.Sequence = _accepted++;
            if (_closedReason is not null)
            {
                reason = _closedReason;
                CountDropLocked(reason);
                (evicted = []).Add(record);
            }
            else if (record.CostBytes > _maxBytes)
            {
                // Nothing that could be evicted would make room for it.
                CountDropLocked(reason);
                (evicted = []).Add(record);
            }
            else
            {
                EvictLocked(record.CostBytes, ref evicted);
                if (_bytes + record.CostBytes > _maxBytes)
                {
                    // The rest is on its way and cannot be called back.
                    CountDropLocked(reason);
                    (evicted ??= []).Add(record);
                }
                else
                {
                    _ready.AddLast(record);
                    Volatile.Write(ref _bytes, _bytes + record.CostBytes);
                }
            }
        }

        Tell(evicted, reason);
    }

    /// <summary>Takes a profile that never enters the queue into the books.</summary>
    public void Refuse(QueuedProfile record, string reason, string detail)
    {
        lock (_lock)
        {
            _accepted++;
            CountDropLocked(reason);
        }

        onDropped(record, reason, detail);
    }

    /// <summary>Takes the next profile that may be tried now.</summary>
    /// <param name="now">The timestamp of this moment.</param>
    /// <param name="preferFresh">True to take one that has not failed yet where there is one, instead of the oldest.</param>
    /// <param name="mayBeAlone">False while others are on their way: then one that must be tried alone holds back itself and all after it.</param>
    public QueuedProfile? TryTake(long now, bool preferFresh, bool mayBeAlone)
    {
        lock (_lock)
        {
            if (!preferFresh || _ready.Count == 0)
            {
                PromoteLocked(now);
            }

            if (_ready.First?.Value is not { } record || (record.MustBeAlone && !mayBeAlone))
            {
                return null;
            }

            _ready.RemoveFirst();
            _taken.Add(record);
            return record;
        }
    }

    /// <summary>When the first profile that waits for its next try is due; null where none waits.</summary>
    public long? NextDue
    {
        get
        {
            lock (_lock)
            {
                return _deferred.Min?.NotBefore;
            }
        }
    }

    /// <summary>Puts a taken profile back, to be tried again from <paramref name="notBefore"/> on.</summary>
    public void Return(QueuedProfile record, long notBefore)
    {
        string? closed;
        lock (_lock)
        {
            _taken.Remove(record);
            closed = _closedReason;
            if (closed is null)
            {
                record.NotBefore = notBefore;
                _deferred.Add(record);
                return;
            }

            DropLocked(record, closed);
        }

        onDropped(record, closed, "");
    }

    /// <summary>Lets everything be tried again that waits for its next try.</summary>
    public void MakeAllDue()
    {
        lock (_lock)
        {
            PromoteLocked(long.MaxValue);
        }
    }

    /// <summary>Takes a delivered profile out.</summary>
    public void Complete(QueuedProfile record)
    {
        lock (_lock)
        {
            _taken.Remove(record);
            Volatile.Write(ref _bytes, _bytes - record.CostBytes);
            _delivered++;
        }
    }

    /// <summary>Gives a taken profile up.</summary>
    public void Drop(QueuedProfile record, string reason, string detail)
    {
        lock (_lock)
        {
            _taken.Remove(record);
            DropLocked(record, reason);
        }

        onDropped(record, reason, detail);
    }

    /// <summary>Gives up what waits and whose scrape ended before the timestamp.</summary>
    public void DropOlderThan(long timestamp)
    {
        List<QueuedProfile>? old = null;
        lock (_lock)
        {
            while (_ready.First?.Value is { } first && first.Profile.CompletedTimestamp < timestamp)
            {
                _ready.RemoveFirst();
                (old ??= []).Add(first);
            }

            foreach (QueuedProfile record in _deferred)
            {
                if (record.Profile.CompletedTimestamp < timestamp)
                {
                    (old ??= []).Add(record);
                }
            }

            foreach (QueuedProfile record in old ?? [])
            {
                _deferred.Remove(record);
                DropLocked(record, DropReason.TooOld);
            }
        }

        Tell(old, DropReason.TooOld);
    }

    /// <summary>Gives up what waits, and from now on whatever comes or comes back. Returns how many waited.</summary>
    public int Close(string reason)
    {
        List<QueuedProfile> rest;
        lock (_lock)
        {
            _closedReason ??= reason;
            rest = [.. _ready, .. _deferred];
            _ready.Clear();
            _deferred.Clear();
            foreach (QueuedProfile record in rest)
            {
                DropLocked(record, reason);
            }
        }

        Tell(rest, reason);
        return rest.Count;
    }

    public QueueCounts GetCounts()
    {
        lock (_lock)
        {
            QueuedProfile? oldest = _deferred.Concat(_taken).Append(_ready.First?.Value).Where(record => record is not null).MinBy(record => record!.Sequence);
            return new QueueCounts(
                _accepted,
                _delivered,
                _ready.Count + _deferred.Count + _taken.Count,
                _bytes,
                new SortedDictionary<string, long>(_dropped, StringComparer.Ordinal),
                oldest?.Profile.CompletedTimestamp);
        }
    }

    private void PromoteLocked(long now)
    {
        while (_deferred.Min is { } due && due.NotBefore <= now)
        {
            _deferred.Remove(due);
            LinkedListNode<QueuedProfile>? before = _ready.First;
            while (before is not null && before.Value.Sequence < due.Sequence)
            {
                before = before.Next;
            }

            if (before is null)
            {
                _ready.AddLast(due);
            }
            else
            {
                _ready.AddBefore(before, due);
            }
        }
    }

    private void EvictLocked(long room, ref List<QueuedProfile>? evicted)
    {
        while (_bytes + room > _maxBytes)
        {
            QueuedProfile? first = _ready.First?.Value;
            QueuedProfile? oldest = _deferred.MinBy(record => record.Sequence);
            if (first is not null && (oldest is null || first.Sequence < oldest.Sequence))
            {
                _ready.RemoveFirst();
                oldest = first;
            }
            else if (oldest is not null)
            {
                _deferred.Remove(oldest);
            }
            else
            {
                return;
            }

            DropLocked(oldest, DropReason.QueueFull);
            (evicted ??= []).Add(oldest);
        }
    }

    private void DropLocked(QueuedProfile record, string reason)
    {
        Volatile.Write(ref _bytes, _bytes - record.CostBytes);
        CountDropLocked(reason);
    }

    private void CountDropLocked(string reason) => _dropped[reason] = _dropped.GetValueOrDefault(reason) + 1;

    private void Tell(List<QueuedProfile>? records, string reason)
    {
        foreach (QueuedProfile record in records ?? [])
        {
            onDropped(record, reason, "");
        }
    }

    private sealed class DueOrder : IComparer<QueuedProfile>
    {
        public static DueOrder Instance { get; } = new();

        public int Compare(QueuedProfile? left, QueuedProfile? right)
        {
            int order = left!.NotBefore.CompareTo(right!.NotBefore);
            return order != 0 ? order : left.Sequence.CompareTo(right.Sequence);
        }
    }
}
