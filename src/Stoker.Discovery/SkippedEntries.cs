namespace Stoker.Discovery;

/// <summary>
/// What of one answer could not become a target: the first entries are named, all are counted. Not safe from several threads.
/// </summary>
internal sealed class SkippedEntries
{
    private readonly List<SkippedEntry> _named = [];

    public int Count { get; private set; }

    public IReadOnlyList<SkippedEntry> Named => _named;

    /// <param name="place">Where the entry stands; see <see cref="SkippedEntry.Entry"/>. Only asked for where the entry will be
    /// named.</param>
    public void Add(Func<string> place, string reason)
    {
        if (Count++ < Question.MaxNamedSkips)
        {
            _named.Add(new SkippedEntry(place(), reason));
        }
    }

    public void Add(string place, string reason) => Add(() => place, reason);
}
