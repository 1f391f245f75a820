using Stoker.Components;

namespace Stoker.Web;

/// <summary>
/// Reads one page of debug information. Every item is looked at, because the page says how many there are; kept are only those up to the
/// page's end, and without a sort none. Used once, by one request.
/// </summary>
internal sealed class DebugPage(DebugQuery query, CancellationToken cancellationToken)
{
    /// <summary>How many items fit the query; known when the page has been read to its end, as the next one is.</summary>
    public long Matched { get; private set; }

    public long Total { get; private set; }

    public IEnumerable<BodyItem> Read(IEnumerable<BodyItem> items) => query.Sort.Length == 0 ? ReadInOrder(items) : ReadSorted(items);

    private IEnumerable<BodyItem> ReadInOrder(IEnumerable<BodyItem> items)
    {
        foreach (BodyItem item in items)
        {
            if (Count(item) && Matched > query.Offset && Matched - query.Offset <= query.Limit)
            {
                yield return item;
            }
        }
    }

    private Stack<BodyItem> ReadSorted(IEnumerable<BodyItem> items)
    {
        long wanted = query.Limit == 0 ? 0 : query.Offset + query.Limit;

        // The worst of the best comes out first.
        var best = new PriorityQueue<BodyItem, DebugOrder>(Comparer<DebugOrder>.Create((one, other) => other.CompareTo(one)));
        foreach (BodyItem item in items)
        {
            if (!Count(item) || wanted == 0)
            {
                continue;
            }

            var order = new DebugOrder(new DebugFields(item).Find(query.Sort), query.IsDescending, Total);
            if (best.Count < wanted)
            {
                best.Enqueue(item, order);
            }
            else
            {
                best.EnqueueDequeue(item, order);
            }
        }

        var page = new Stack<BodyItem>();
        while (best.Count > query.Offset)
        {
            page.Push(best.Dequeue());
        }

        return page;
    }

    private bool Count(BodyItem item)
    {
        cancellationToken.ThrowIfCancellationRequested();
        Total++;
        if (!Matches(item))
        {
            return false;
        }

        Matched++;
        return true;
    }

    private bool Matches(BodyItem item)
    {
        // A body is built when somebody looks at it, and nobody does where everything fits.
        if (query.Filters.Count == 0 && query.Search.Length == 0)
        {
            return true;
        }

        var fields = new DebugFields(item);
        foreach (DebugFilter filter in query.Filters)
        {
            if (!fields.Matches(filter))
            {
                return false;
            }
        }

        return query.Search.Length == 0 || fields.Contains(query.Search);
    }
}
