using System.Diagnostics.CodeAnalysis;
using System.Text;
using Stoker.Labels;

namespace Stoker.Commands;

/// <summary>
/// Which target a user means: an address, labels that it must have, or all its labels in braces, and then it need not exist. Immutable.
/// </summary>
internal sealed class TargetQuery
{
    private const string AddressLabel = "__address__";

    private TargetQuery(IReadOnlyList<Label> required, LabelSet? whole) => (Required, Whole) = (required, whole);

    /// <summary>What the labels must hold.</summary>
    public IReadOnlyList<Label> Required { get; }

    /// <summary>All labels, where the user wrote them all.</summary>
    public LabelSet? Whole { get; }

    /// <summary>Reads the arguments; the mistake otherwise, as a sentence.</summary>
    public static bool TryParse(IReadOnlyList<string> words, [NotNullWhen(true)] out TargetQuery? query, out string mistake)
    {
        query = null;
        mistake = "";
        if (words is [['{', ..] literal])
        {
            query = TryParseLabels(literal, out LabelSet? labels, out mistake) ? new TargetQuery([], labels) : null;
            return query is not null;
        }

        var required = new List<Label>();
        foreach (string word in words)
        {
            if (word.StartsWith('{'))
            {
                mistake = "a target in braces stands alone";
                return false;
            }

            if (word.StartsWith("--", StringComparison.Ordinal))
            {
                mistake = $"there is no option {word}";
                return false;
            }

            int equals = word.Contains("://", StringComparison.Ordinal) ? -1 : word.IndexOf('=', StringComparison.Ordinal);
            if (equals == 0 || word.Length == 0)
            {
                mistake = $"\"{word}\" is neither an address such as 10.0.0.7:6060 nor a label such as service_name=cart";
                return false;
            }

            if (equals > 0 && word.AsSpan(0, equals).IndexOfAny(',', ':') >= 0)
            {
                mistake = $"\"{word[..equals]}\" is no label; write an address and each label as arguments of their own, such as 10.0.0.7:6060 service_name=cart";
                return false;
            }

            required.Add(equals < 0 ? new Label(AddressLabel, AddressOf(word)) : new Label(word[..equals], Unquoted(word[(equals + 1)..])));
        }

        query = new TargetQuery(required, null);
        return true;
    }

    public bool Matches(LabelSet labels) => Whole is not null ? Whole.Equals(labels) : Required.All(label => labels[label.Name] == label.Value);

    public override string ToString() => Whole?.ToString() ?? string.Join(", ", Required.Select(label => $"{label.Name}=\"{label.Value}\""));

    /// <summary>Of a URL, as it is copied from elsewhere, host and port.</summary>
    private static string AddressOf(string word) =>
        word.IndexOf("://", StringComparison.Ordinal) is >= 0 and var scheme ? HostAndPortOf(word[(scheme + 3)..]) : word;

    // From the text, because a parsed URL has lost the port that is usual for its scheme, and the label has not.
    private static string HostAndPortOf(string rest)
    {
        int end = rest.IndexOfAny(['/', '?', '#']);
        string authority = end < 0 ? rest : rest[..end];
        return authority[(authority.LastIndexOf('@') + 1)..];
    }

    private static string Unquoted(string value) => value is ['"', .. var inner, '"'] ? inner : value;

    /// <summary><c>{name="value", "any name"="value"}</c>, with \" and \\ and \n in quotes and an optional comma at the end.</summary>
    private static bool TryParseLabels(string text, [NotNullWhen(true)] out LabelSet? labels, out string mistake)
    {
        labels = null;
        var builder = new LabelSetBuilder();
        int position = 1;
        while (true)
        {
            SkipBlanks(text, ref position);
            if (position < text.Length && text[position] == '}')
            {
                break;
            }

            string? name = position < text.Length && text[position] == '"' ? TakeQuoted(text, ref position) : TakeName(text, ref position);
            SkipBlanks(text, ref position);
            if (string.IsNullOrEmpty(name) || position >= text.Length || text[position] != '=')
            {
                mistake = Mistake(position, "a label is written name=\"value\"");
                return false;
            }

            position++;
            SkipBlanks(text, ref position);
            if (position >= text.Length || text[position] != '"' || TakeQuoted(text, ref position) is not { } value)
            {
                mistake = Mistake(position, "the value of a label stands in double quotes");
                return false;
            }

            builder.Set(name, value);
            SkipBlanks(text, ref position);
            if (position < text.Length && text[position] == ',')
            {
                position++;
            }
            else if (position >= text.Length || text[position] != '}')
            {
                mistake = Mistake(position, "behind a label stands a comma or a closing brace");
                return false;
            }
        }

        mistake = text.AsSpan(position + 1).IsWhiteSpace() ? "" : Mistake(position + 1, "nothing stands behind the closing brace");
        labels = mistake.Length == 0 ? builder.ToLabelSet() : null;
        return labels is not null;
    }

    private static string Mistake(int position, string rule) => $"{rule} (at character {position + 1} of the target)";

    private static void SkipBlanks(string text, ref int position)
    {
        while (position < text.Length && char.IsWhiteSpace(text[position]))
        {
            position++;
        }
    }

    private static string TakeName(string text, ref int position)
    {
        int start = position;
        while (position < text.Length && !char.IsWhiteSpace(text[position]) && text[position] is not ('=' or ',' or '}' or '"'))
        {
            position++;
        }

        return text[start..position];
    }

    private static string? TakeQuoted(string text, ref int position)
    {
        var value = new StringBuilder();
        for (int i = position + 1; i < text.Length; i++)
        {
            if (text[i] == '"')
            {
                position = i + 1;
                return value.ToString();
            }

            bool isEscaped = text[i] == '\\' && i + 1 < text.Length;
            if (isEscaped)
            {
                i++;
            }

            value.Append(isEscaped && text[i] == 'n' ? '\n' : text[i]);
        }

        return null;
    }
}
