namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// Keeps one copy of texts that many objects have: names of labels, images, nodes, phases. What it holds is bounded. Not safe from
/// several threads.
/// </summary>
internal sealed class StringPool
{
    // Enough for the label values of a large cluster; texts beyond both limits are kept by their objects alone.
    private const int MaxTexts = 16 * 1024;
    private const int MaxLength = 256;

    private readonly HashSet<string> _texts = new(StringComparer.Ordinal);

    public string Share(string text)
    {
        if (text.Length == 0)
        {
            return "";
        }

        if (text.Length > MaxLength)
        {
            return text;
        }

        if (_texts.TryGetValue(text, out string? known))
        {
            return known;
        }

        if (_texts.Count < MaxTexts)
        {
            _texts.Add(text);
        }

        return text;
    }
}
