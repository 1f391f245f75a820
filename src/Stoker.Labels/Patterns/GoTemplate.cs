using System.Globalization;
using System.Text;

namespace Stoker.Labels.Patterns;

/// <summary>
/// A text into which the groups of a match are put, by the rules of Go's <c>Regexp.Expand</c>: <c>$1</c>, <c>${1}</c>, <c>$name</c>,
/// <c>${name}</c> and <c>$$</c>. A name without braces is as long as it can be, so <c>$1x</c> is the group <c>1x</c>. A group that the
/// expression does not have is nothing, and a dollar sign with no name behind it is itself. Immutable and safe from several threads.
/// </summary>
public sealed class GoTemplate
{
    private readonly Part[] _parts;

    private GoTemplate(string text, Part[] parts) => (Text, _parts) = (text, parts);

    /// <param name="Groups">Null for a text; else the groups of which the first that took part is put in.</param>
    private readonly record struct Part(string Text, int[]? Groups);

    public string Text { get; }

    /// <summary>Whether a group of the expression can be put in.</summary>
    public bool UsesGroups => _parts.Any(part => part.Groups is not null);

    /// <summary>Whether a part of the match is put in that is not the whole.</summary>
    internal bool UsesInnerGroups => _parts.Any(part => part.Groups is not null && part.Groups is not [0]);

    public static GoTemplate Parse(string text, GoPattern pattern)
    {
        var parts = new List<Part>();
        var literal = new StringBuilder();
        int position = 0;
        while (position < text.Length)
        {
            int dollar = text.IndexOf('$', position);
            literal.Append(text, position, (dollar < 0 ? text.Length : dollar) - position);
            if (dollar < 0)
            {
                break;
            }

            position = dollar + 1;
            if (position < text.Length && text[position] == '$')
            {
                literal.Append('$');
                position++;
            }
            else if (TakeName(text, ref position) is { } name)
            {
                int[] groups = GroupsOf(name, pattern);
                if (groups.Length > 0)
                {
                    Flush(parts, literal);
                    parts.Add(new Part("", groups));
                }
            }
            else
            {
                literal.Append('$');
            }
        }

        Flush(parts, literal);
        return new GoTemplate(text, [.. parts]);
    }

    /// <summary>The text for a match of a value, or null where it would have more than <paramref name="maxLength"/> UTF-16 units.</summary>
    public string? Expand(string value, ReadOnlySpan<int> groups, int maxLength)
    {
        switch (_parts)
        {
            case []:
                return "";
            case [{ Groups: null } only]:
                return only.Text.Length <= maxLength ? only.Text : null;
            case [{ Groups: not null } only]:
                (int start, int end) = Find(only.Groups, groups);
                return end - start > maxLength ? null : end - start == value.Length ? value : value[start..end];
        }

        long length = 0;
        foreach (Part part in _parts)
        {
            (int start, int end) = part.Groups is null ? (0, part.Text.Length) : Find(part.Groups, groups);
            length += end - start;
        }

        if (length > maxLength)
        {
            return null;
        }

        Span<char> output = length <= 256 ? stackalloc char[256] : new char[length];
        int written = 0;
        foreach (Part part in _parts)
        {
            ReadOnlySpan<char> piece = part.Text;
            if (part.Groups is not null)
            {
                (int start, int end) = Find(part.Groups, groups);
                piece = value.AsSpan(start, end - start);
            }

            piece.CopyTo(output[written..]);
            written += piece.Length;
        }

        return new string(output[..written]);
    }

    private static (int Start, int End) Find(int[] candidates, ReadOnlySpan<int> groups)
    {
        foreach (int group in candidates)
        {
            if (groups[2 * group] >= 0)
            {
                return (groups[2 * group], groups[(2 * group) + 1]);
            }
        }

        return (0, 0);
    }

    /// <summary>The name at the position, with or without braces; null, and the position stays, where there is none.</summary>
    private static string? TakeName(string text, ref int position)
    {
        bool braces = position < text.Length && text[position] == '{';
        int start = position + (braces ? 1 : 0);
        int end = start;
        while (end < text.Length && Rune.TryGetRuneAt(text, end, out Rune rune) && (Rune.IsLetter(rune) || Rune.IsDigit(rune) || rune.Value == '_'))
        {
            end += rune.Utf16SequenceLength;
        }

        if (end == start || (braces && (end == text.Length || text[end] != '}')))
        {
            return null;
        }

        position = end + (braces ? 1 : 0);
        return text[start..end];
    }

    private static int[] GroupsOf(string name, GoPattern pattern)
    {
        bool isNumber = !name.AsSpan().ContainsAnyExceptInRange('0', '9') && (name.Length == 1 || (name[0] != '0' && name.Length < 10));
        if (isNumber)
        {
            int number = int.Parse(name, NumberStyles.None, CultureInfo.InvariantCulture);
            return number < pattern.GroupNames.Count ? [number] : [];
        }

        return [.. Enumerable.Range(0, pattern.GroupNames.Count).Where(group => pattern.GroupNames[group] == name)];
    }

    private static void Flush(List<Part> parts, StringBuilder literal)
    {
        if (literal.Length > 0)
        {
            parts.Add(new Part(literal.ToString(), null));
            literal.Clear();
        }
    }
}
