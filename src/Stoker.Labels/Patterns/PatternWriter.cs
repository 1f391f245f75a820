using System.Text;

namespace Stoker.Labels.Patterns;

/// <summary>Writes a tree in the syntax of .NET, over the letters of its alphabet. It needs no option of .NET's but the engine.</summary>
internal sealed class PatternWriter
{
    private readonly StringBuilder _output = new();
    private readonly Dictionary<CodePointSet, string> _sets = [];
    private readonly Alphabet _alphabet;

    private PatternWriter(Alphabet alphabet) => _alphabet = alphabet;

    /// <summary>The tree between the start and the end of the text.</summary>
    public static string Write(PatternNode tree, Alphabet alphabet)
    {
        var writer = new PatternWriter(alphabet);
        writer._output.Append("\\A(?:");
        writer.Append(tree);
        writer._output.Append(")\\z");
        return writer._output.ToString();
    }

    private void Append(PatternNode node)
    {
        switch (node)
        {
            case SetNode set:
                _output.Append(TextOf(set.Set));
                break;
            case SequenceNode sequence:
                foreach (PatternNode item in sequence.Items)
                {
                    AppendItem(item, item is AlternationNode);
                }

                break;
            case AlternationNode alternation:
                for (int i = 0; i < alternation.Alternatives.Count; i++)
                {
                    _output.Append(i > 0 ? "|" : "");
                    AppendItem(alternation.Alternatives[i], alternation.Alternatives[i] is AlternationNode);
                }

                break;
            case GroupNode group:
                _output.Append('(');
                Append(group.Body);
                _output.Append(')');
                break;
            case RepeatNode repeat:
                AppendItem(repeat.Body, repeat.Body is not (SetNode or GroupNode));
                _output.Append('{').Append(repeat.Min).Append(',');
                _output.Append(repeat.Max < 0 ? "" : repeat.Max.ToString()).Append(repeat.Greedy ? "}" : "}?");
                break;
            case AssertionNode assertion:
                _output.Append(assertion.Kind switch
                {
                    Assertion.TextStart => "\\A",
                    Assertion.TextEnd => "\\z",
                    Assertion.LineStart => "(?m:^)",
                    Assertion.LineEnd => "(?m:$)",
                    Assertion.WordBoundary => "\\b",
                    _ => "\\B",
                });
                break;
            default:
                throw new InvalidOperationException($"No node of a pattern: {node}");
        }
    }

    private void AppendItem(PatternNode node, bool brackets)
    {
        _output.Append(brackets ? "(?:" : "");
        Append(node);
        _output.Append(brackets ? ")" : "");
    }

    private string TextOf(CodePointSet set)
    {
        if (_sets.TryGetValue(set, out string? text))
        {
            return text;
        }

        var ranges = new List<(char Low, char High)>();
        foreach ((int low, int high) in set.Ranges)
        {
            if (low < 0x80)
            {
                ranges.Add(((char)low, (char)Math.Min(high, 0x7F)));
            }
        }

        foreach (char letter in _alphabet.LettersOf(set))
        {
            if (ranges.Count > 0 && ranges[^1].High == letter - 1)
            {
                ranges[^1] = (ranges[^1].Low, letter);
            }
            else
            {
                ranges.Add((letter, letter));
            }
        }

        text = set.IsAny ? "[\\s\\S]"
            : ranges.Count == 0 ? "[^\\s\\S]"
            : ranges is [var (first, last)] && first == last ? TextOf(first)
            : $"[{string.Concat(ranges.Select(range => range.Low == range.High ? TextOf(range.Low) : $"{TextOf(range.Low)}-{TextOf(range.High)}"))}]";
        _sets.Add(set, text);
        return text;
    }

    private static string TextOf(char letter) => char.IsAsciiLetterOrDigit(letter) ? letter.ToString() : $"\\u{(int)letter:X4}";
}
