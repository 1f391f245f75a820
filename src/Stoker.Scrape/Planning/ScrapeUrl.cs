using System.Buffers;
using System.Globalization;
using System.Text;

namespace Stoker.Scrape;

/// <summary>Builds the path and query of a scrape's URL. Keys of the query are sorted, so that equal settings give equal text.</summary>
internal sealed class ScrapeUrl
{
    private const string SecondsKey = "seconds";

    private static readonly SearchValues<byte> QueryCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~"u8);

    private static readonly SearchValues<byte> PathCharacters =
        SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_.~/!$&'()*+,;=:@"u8);

    private readonly SortedDictionary<string, List<string>> _query = new(StringComparer.Ordinal);
    private readonly string _path;

    /// <param name="path">The path on the target; a query in it replaces parameters of the same name.</param>
    /// <param name="parameters">The component's <c>params</c>; they are copied, never changed.</param>
    public ScrapeUrl(string prefix, string path, IReadOnlyDictionary<string, IReadOnlyList<string>> parameters)
    {
        foreach ((string key, IReadOnlyList<string> values) in parameters)
        {
            _query[key] = [.. values];
        }

        int question = path.IndexOf('?', StringComparison.Ordinal);
        if (question >= 0)
        {
            TakeQuery(path[(question + 1)..]);
            path = path[..question];
        }

        _path = Join(prefix, path);
    }

    public bool HasSeconds => _query.TryGetValue(SecondsKey, out List<string>? values) && values.Count > 0;

    /// <summary>The time that the query asks for; null where it names none that a target could take.</summary>
    public TimeSpan? Seconds =>
        _query.TryGetValue(SecondsKey, out List<string>? values) && values.Count > 0
        && decimal.TryParse(values[0], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal seconds) && seconds > 0
            ? TimeSpan.FromSeconds((double)Math.Min(seconds, (decimal)ScrapeTiming.Longest.TotalSeconds))
            : null;

    public static bool TryNormalizeScheme(string scheme, out string normalized)
    {
        normalized = scheme.Length == 0 ? "http" : scheme.ToLowerInvariant();
        return normalized is "http" or "https";
    }

    /// <summary>Sets the first value of a parameter and leaves further ones.</summary>
    public void SetParameter(string key, string value)
    {
        if (_query.TryGetValue(key, out List<string>? values) && values.Count > 0)
        {
            values[0] = value;
        }
        else
        {
            _query[key] = [value];
        }
    }

    public void SetSeconds(TimeSpan seconds) => SetParameter(SecondsKey, ((long)seconds.TotalSeconds).ToString(CultureInfo.InvariantCulture));

    public override string ToString()
    {
        var url = new StringBuilder(_path);
        char separator = '?';
        foreach ((string key, List<string> values) in _query)
        {
            foreach (string value in values)
            {
                url.Append(separator);
                AppendEscaped(url, key, QueryCharacters);
                url.Append('=');
                AppendEscaped(url, value, QueryCharacters);
                separator = '&';
            }
        }

        return url.ToString();
    }

    private static string Join(string prefix, string path)
    {
        var parts = new List<string>();
        foreach (string part in $"{prefix}/{path}".Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part is not ("" or "."))
            {
                parts.Add(part);
            }
        }

        // Not cleaned away as Go's path.Join would, because a server may tell /pprof/ from /pprof.
        string end = parts.Count > 0 && path.EndsWith('/') ? "/" : "";
        var joined = new StringBuilder();
        AppendEscaped(joined, $"/{string.Join('/', parts)}{end}", PathCharacters);
        return joined.ToString();
    }

    private static void AppendEscaped(StringBuilder output, string text, SearchValues<byte> plain)
    {
        bool isQuery = plain == QueryCharacters;
        byte[] utf8 = Encoding.UTF8.GetBytes(text);
        for (int i = 0; i < utf8.Length; i++)
        {
            byte character = utf8[i];

            // A path is written as it stands in a URL, so an escape in it is one already; a parameter's value is plain text.
            bool isEscape = !isQuery && character == '%' && i + 2 < utf8.Length && char.IsAsciiHexDigit((char)utf8[i + 1])
                && char.IsAsciiHexDigit((char)utf8[i + 2]);
            if (isEscape || plain.Contains(character))
            {
                output.Append((char)character);
            }
            else if (isQuery && character == ' ')
            {
                output.Append('+');
            }
            else
            {
                output.Append('%').Append(character.ToString("X2", CultureInfo.InvariantCulture));
            }
        }
    }

    private void TakeQuery(string text)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        foreach (string pair in text.Split('&', StringSplitOptions.RemoveEmptyEntries))
        {
            int equals = pair.IndexOf('=', StringComparison.Ordinal);
            string key = Unescape(equals < 0 ? pair : pair[..equals]);
            string value = equals < 0 ? "" : Unescape(pair[(equals + 1)..]);
            if (own.Add(key))
            {
                _query[key] = [value];
            }
            else
            {
                _query[key].Add(value);
            }
        }
    }

    private static string Unescape(string text) => Uri.UnescapeDataString(text.Replace('+', ' '));
}
