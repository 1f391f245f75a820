using Stoker.Components;

namespace Stoker.Web;

/// <summary>
/// One page of debug information. Every item is looked at, because the page says how many there are; kept are only those up to the page's end,
/// and without a sort those on it. Used once, by one request.
/// </summary>
internal sealed class DebugPage(DebugQuery query, CancellationToken cancellationToken)
{
    // Looking at ten thousand targets takes a second, in which scrapes that are due want a thread too.
    private const int ItemsAtATime = 128;

    private readonly List<BodyItem> _items = [];

    public DebugQuery Query => query;

    public IReadOnlyList<BodyItem> Items => _items;

    /// <summary>How many items fit the query.</summary>
    public long Matched { get; private set; }

    public long Total { get; private set; }

    public async Task ReadAsync(IEnumerable<BodyItem> items)
    {
        // The worst of the best comes out first.
        var best = new PriorityQueue<BodyItem, DebugOrder>(Comparer<DebugOrder>.Create((one, other) => other.CompareTo(one)));
        long wanted = query.Limit == 0 ? 0 : query.Offset + query.Limit;
        foreach (BodyItem item in items)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (++Total % ItemsAtATime == 0)
            {
                await Task.Yield();
            }

            // A body is built when somebody looks at it, and nobody does where everything fits.
            DebugFields fields = query.LooksInside ? new DebugFields(item) : default;
            if (!query.Matches(fields))
            {
                continue;
            }

            Matched++;
            if (query.Sort.Length > 0)
            {
                Keep(best, item, new DebugOrder(fields.Find(query.Sort), query.IsDescending, Total), wanted);
            }
            else if (Matched > query.Offset && Matched - query.Offset <= query.Limit)
            {
                _items.Add(item);
            }
        }

        while (best.Count > query.Offset)
        {
            _items.Add(best.Dequeue());
        }

        if (query.Sort.Length > 0)
        {
            _items.Reverse();
        }
    }

    private static void Keep(PriorityQueue<BodyItem, DebugOrder> best, BodyItem item, DebugOrder order, long wanted)
    {
        if (best.Count < wanted)
        {
            best.Enqueue(item, order);
        }
        else if (wanted > 0)
        {
            best.EnqueueDequeue(item, order);
        }
    }
}
