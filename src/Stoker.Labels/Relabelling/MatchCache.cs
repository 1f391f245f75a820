namespace Stoker.Labels.Relabelling;

/// <summary>
/// What a rule made of the last values that it saw: in large systems the same names and values come up target after target. One place
/// for each value by its hash, so a new one takes the place of another. Safe from several threads: entries never change.
/// </summary>
internal sealed class MatchCache
{
    private const int Places = 512;

    /// <summary>Longer values are not kept, so a cache holds half a mebibyte at most.</summary>
    private const int MaxKeptLength = 256;

    private readonly Entry?[] _entries = new Entry?[Places];

    /// <param name="Name">The label that is set, null where the value does not match or nothing is to be set.</param>
    public sealed record Entry(string Key, bool Matched, string? Name, string? Value);

    public Entry? Find(string key) => Volatile.Read(ref PlaceOf(key)) is { } entry && entry.Key == key ? entry : null;

    public void Keep(Entry entry)
    {
        if (entry.Key.Length + (entry.Name?.Length ?? 0) + (entry.Value?.Length ?? 0) <= MaxKeptLength)
        {
            Volatile.Write(ref PlaceOf(entry.Key), entry);
        }
    }

    private ref Entry? PlaceOf(string key) => ref _entries[string.GetHashCode(key) & (Places - 1)];
}
