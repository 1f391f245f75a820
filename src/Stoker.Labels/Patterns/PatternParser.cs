using System.Globalization;

namespace Stoker.Labels.Patterns;

/// <summary>
/// Parses the regular expressions that Go takes (RE2 syntax), with a dot that matches a newline, as relabelling has it:
/// <code>
/// pattern  = sequence { "|" sequence }
/// sequence = { atom [ repeat ] }
/// repeat   = ( "*" | "+" | "?" | "{" n [ "," [ m ] ] "}" ) [ "?" ]
/// atom     = "." | "^" | "$" | class | group | flags | escape | "\Q" text "\E" | character
/// group    = "(" [ "?:" | "?" flags ":" | ( "?P&lt;" | "?&lt;" ) name "&gt;" ] pattern ")"
/// flags    = "(?" { "i" | "m" | "s" | "U" } [ "-" { "i" | "m" | "s" | "U" } ] ")"
/// </code>
/// The reference is https://github.com/google/re2/wiki/Syntax with the choices of Go's regexp/syntax.
/// </summary>
internal sealed class PatternParser
{
    /// <summary>How deep groups may nest. Go allows 1,000; nobody writes 200.</summary>
    public const int MaxDepth = 200;

    /// <summary>As in RE2: of one repetition, and of nested ones multiplied.</summary>
    public const int MaxRepeat = 1000;

    private readonly PatternCursor _cursor;
    private readonly List<string?> _names = [null];
    private Flags _flags = Flags.DotMatchesNewline;
    private int _depth;

    private PatternParser(string text) => _cursor = new PatternCursor(text);

    [Flags]
    private enum Flags
    {
        None = 0,
        IgnoreCase = 1,
        ManyLines = 2,
        DotMatchesNewline = 4,
        SwapGreedy = 8,
    }

    /// <summary>The tree, and the names of the groups by number; the first is that of the whole match.</summary>
    /// <exception cref="PatternFaultException">The first fault of the expression.</exception>
    public static (PatternNode Tree, IReadOnlyList<string?> GroupNames) Parse(string text)
    {
        var parser = new PatternParser(text);
        PatternNode tree = parser.ParseAlternation();
        return parser._cursor.AtEnd
            ? (tree, parser._names)
            : throw new PatternFaultException(parser._cursor.Position, "this ) closes nothing; write \\) for the character itself");
    }

    private PatternNode ParseAlternation()
    {
        var alternatives = new List<PatternNode>();
        do
        {
            alternatives.Add(ParseSequence());
        }
        while (_cursor.TryTake('|'));
        return alternatives.Count == 1 ? alternatives[0] : new AlternationNode(alternatives);
    }

    private PatternNode ParseSequence()
    {
        var items = new List<PatternNode>();
        bool afterRepeat = false;
        while (!_cursor.AtEnd && _cursor.Peek is not ('|' or ')'))
        {
            int start = _cursor.Position;
            if (TryTakeRepeat() is var (min, max))
            {
                Repeat(items, start, min, max, afterRepeat);
                afterRepeat = true;
            }
            else
            {
                ParseAtom(items);
                afterRepeat = false;
            }
        }

        return items.Count == 1 ? items[0] : new SequenceNode(items);
    }

    private void ParseAtom(List<PatternNode> items)
    {
        switch (_cursor.Peek)
        {
            case '.':
                _cursor.Position++;
                items.Add(new SetNode(_flags.HasFlag(Flags.DotMatchesNewline) ? CodePointSet.Any : CodePointSet.AnyButNewline));
                break;
            case '^':
                _cursor.Position++;
                items.Add(new AssertionNode(_flags.HasFlag(Flags.ManyLines) ? Assertion.LineStart : Assertion.TextStart));
                break;
            case '$':
                _cursor.Position++;
                items.Add(new AssertionNode(_flags.HasFlag(Flags.ManyLines) ? Assertion.LineEnd : Assertion.TextEnd));
                break;
            case '[':
                items.Add(new SetNode(ClassParser.TakeBrackets(_cursor, _flags.HasFlag(Flags.IgnoreCase))));
                break;
            case '(':
                ParseGroup(items);
                break;
            case '\\':
                ParseEscape(items);
                break;
            default:
                AddLiteral(items, _cursor.TakeCodePoint());
                break;
        }
    }

    private void AddLiteral(List<PatternNode> items, int codePoint)
    {
        var set = CodePointSet.Of(codePoint);
        items.Add(new SetNode(_flags.HasFlag(Flags.IgnoreCase) ? set.Folded : set));
    }

    private void ParseEscape(List<PatternNode> items)
    {
        if (ClassParser.TryTakeNamed(_cursor, _flags.HasFlag(Flags.IgnoreCase)) is { } set)
        {
            items.Add(new SetNode(set));
            return;
        }

        if (_cursor.StartsWith("\\Q"))
        {
            // Go lets \Q run to the end; but there the whole expression stands in brackets, which the \Q would swallow.
            int end = _cursor.Text.IndexOf("\\E", _cursor.Position + 2, StringComparison.Ordinal);
            if (end < 0)
            {
                throw new PatternFaultException(_cursor.Position, "\\Q without \\E behind it");
            }

            _cursor.Position += 2;
            while (_cursor.Position < end)
            {
                AddLiteral(items, _cursor.TakeCodePoint());
            }

            _cursor.Position += 2;
            return;
        }

        Assertion? assertion = _cursor.Position + 1 == _cursor.Text.Length ? null : _cursor.Text[_cursor.Position + 1] switch
        {
            'A' => Assertion.TextStart,
            'z' => Assertion.TextEnd,
            'b' => Assertion.WordBoundary,
            'B' => Assertion.NoWordBoundary,
            _ => null,
        };
        if (assertion is { } kind)
        {
            _cursor.Position += 2;
            items.Add(new AssertionNode(kind));
        }
        else
        {
            AddLiteral(items, _cursor.TakeEscape());
        }
    }

    private void ParseGroup(List<PatternNode> items)
    {
        int start = _cursor.Position++;
        Flags outer = _flags;
        int number = 0;
        if (_cursor.StartsWith("?P<") || (_cursor.StartsWith("?<") && !_cursor.StartsWith("?<=") && !_cursor.StartsWith("?<!")))
        {
            number = _names.Count;
            _names.Add(TakeGroupName(start));
        }
        else if (_cursor.TryTake('?'))
        {
            if (TakeFlags(start))
            {
                return;
            }
        }
        else
        {
            number = _names.Count;
            _names.Add(null);
        }

        if (++_depth > MaxDepth)
        {
            throw new PatternFaultException(start, $"groups may be nested {MaxDepth} deep");
        }

        PatternNode body = ParseAlternation();
        _depth--;
        if (!_cursor.TryTake(')'))
        {
            throw new PatternFaultException(start, "the group that begins here has no closing )");
        }

        _flags = outer;
        items.Add(number > 0 ? new GroupNode(number, body) : body);
    }

    private string TakeGroupName(int start)
    {
        int name = _cursor.Text.IndexOf('<', _cursor.Position) + 1;
        int end = _cursor.Text.IndexOf('>', name);
        if (end <= name || _cursor.Text.AsSpan(name, end - name).ContainsAnyExcept(PatternCharacters.Word))
        {
            throw new PatternFaultException(start, "the name of a group is made of letters, digits and underscores, as in (?P<name>...)");
        }

        _cursor.Position = end + 1;
        return _cursor.Text[name..end];
    }

    /// <summary>The flags behind <c>(?</c>. True where they stand alone and hold from here on; false where a group with them begins.</summary>
    private bool TakeFlags(int start)
    {
        Flags flags = _flags;
        bool negative = false;
        bool any = false;
        while (!_cursor.AtEnd)
        {
            char letter = _cursor.Text[_cursor.Position++];
            Flags flag = letter switch
            {
                'i' => Flags.IgnoreCase,
                'm' => Flags.ManyLines,
                's' => Flags.DotMatchesNewline,
                'U' => Flags.SwapGreedy,
                _ => Flags.None,
            };
            if (flag != Flags.None)
            {
                flags = negative ? flags & ~flag : flags | flag;
                any = true;
            }
            else if (letter == '-' && !negative)
            {
                negative = true;
                any = false;
            }
            else if (letter is ':' or ')' && (any || !negative))
            {
                _flags = flags;
                return letter == ')';
            }
            else
            {
                break;
            }
        }

        throw new PatternFaultException(start, PatternCharacters.WhatIsNoGroup(_cursor.Text.AsSpan(start)));
    }

    /// <summary>The bounds of a repetition, if one stands at the cursor; -1 for no upper one. Braces that hold anything else are characters.</summary>
    private (int Min, int Max)? TryTakeRepeat()
    {
        switch (_cursor.Peek)
        {
            case '*':
                _cursor.Position++;
                return (0, -1);
            case '+':
                _cursor.Position++;
                return (1, -1);
            case '?':
                _cursor.Position++;
                return (0, 1);
            case '{':
                int start = _cursor.Position++;
                int? min = TryTakeNumber();
                int? max = min;
                if (min is not null && _cursor.TryTake(','))
                {
                    max = _cursor.Peek == '}' ? -1 : TryTakeNumber();
                }

                if (min is { } from && max is { } to && _cursor.TryTake('}'))
                {
                    return from > MaxRepeat || to > MaxRepeat || (to >= 0 && from > to)
                        ? throw new PatternFaultException(start, $"a repetition counts from 0 to {MaxRepeat}, the smaller number first")
                        : (from, to);
                }

                _cursor.Position = start;
                return null;
            default:
                return null;
        }
    }

    /// <summary>A decimal number without leading zeros; one that is too large for any use is the largest.</summary>
    private int? TryTakeNumber()
    {
        ReadOnlySpan<char> rest = _cursor.Text.AsSpan(_cursor.Position);
        int digits = rest.IndexOfAnyExceptInRange('0', '9');
        digits = digits < 0 ? rest.Length : digits;
        if (digits == 0 || (digits > 1 && rest[0] == '0'))
        {
            return null;
        }

        _cursor.Position += digits;
        return int.TryParse(rest[..digits], NumberStyles.None, CultureInfo.InvariantCulture, out int number) ? number : int.MaxValue;
    }

    private void Repeat(List<PatternNode> items, int start, int min, int max, bool afterRepeat)
    {
        bool greedy = !_cursor.TryTake('?') ^ _flags.HasFlag(Flags.SwapGreedy);
        string written = _cursor.Text[start.._cursor.Position];
        if (afterRepeat)
        {
            throw new PatternFaultException(start, $"{written} repeats a repetition; RE2 knows no possessive form, and to repeat twice takes a group: (?:a*)*");
        }

        if (items.Count == 0)
        {
            throw new PatternFaultException(start, $"there is nothing before {written} that it could repeat");
        }

        var node = new RepeatNode(items[^1], min, max, greedy);
        if ((min > 1 || max > 1) && !RepeatsAtMost(node, MaxRepeat))
        {
            throw new PatternFaultException(start, $"repetitions inside each other come to more than {MaxRepeat}");
        }

        // (?:a*)? first tries its body, which always matches, if only nothing: so the ? decides nothing, and without it the groups can be relied on.
        items[^1] = node is { Min: 0, Max: 1, Greedy: true } && PatternTree.AlwaysMatches(node.Body) ? node.Body : node;
    }

    /// <summary>Whether the counts of nested repetitions, multiplied, stay within the limit.</summary>
    private static bool RepeatsAtMost(PatternNode node, int most)
    {
        switch (node)
        {
            case RepeatNode { Max: 0 }:
                return true;
            case RepeatNode { Max: not 1 } repeat when repeat.Min > 1 || repeat.Max > 1:
                int count = repeat.Max < 0 ? repeat.Min : repeat.Max;
                return count <= most && RepeatsAtMost(repeat.Body, most / count);
            case RepeatNode repeat:
                return RepeatsAtMost(repeat.Body, most);
            case GroupNode group:
                return RepeatsAtMost(group.Body, most);
            case SequenceNode sequence:
                return sequence.Items.All(item => RepeatsAtMost(item, most));
            case AlternationNode alternation:
                return alternation.Alternatives.All(item => RepeatsAtMost(item, most));
            default:
                return true;
        }
    }
}
