using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;

namespace Stoker.Labels.Patterns;

/// <summary>
/// Patterns in use, by their text: the rules of a configuration repeat the same few, and an automaton takes half a millisecond and up to 70 KB. What nobody
/// uses any more is not kept alive. Safe from several threads.
/// </summary>
internal sealed class SharedPatterns
{
    private const int MaxKept = 4096;

    private readonly ConcurrentDictionary<string, WeakReference<GoPattern>> _patterns = new(StringComparer.Ordinal);

    public bool TryGet(string text, [NotNullWhen(true)] out GoPattern? pattern)
    {
        pattern = null;
        return _patterns.TryGetValue(text, out WeakReference<GoPattern>? known) && known.TryGetTarget(out pattern);
    }

    public void Add(GoPattern pattern)
    {
        if (_patterns.Count >= MaxKept)
        {
            // Dead or not, they are made again where they are needed.
            _patterns.Clear();
        }

        _patterns[pattern.Text] = new WeakReference<GoPattern>(pattern);
    }
}
