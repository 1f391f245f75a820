namespace Stoker.Labels.Patterns;

/// <summary>
/// Parses what stands for one of several code points:
/// <code>
/// class   = "[" [ "^" ] item { item } "]"
/// item    = "[:" [ "^" ] name ":]" | perl | unicode | char [ "-" char ]
/// perl    = "\d" | "\D" | "\s" | "\S" | "\w" | "\W"
/// unicode = ( "\p" | "\P" ) ( letter | "{" [ "^" ] name "}" )
/// </code>
/// </summary>
internal static class ClassParser
{
    /// <summary>A class of <c>\d</c>'s or <c>\p</c>'s kind, if one stands at the cursor; else the cursor stays.</summary>
    public static CodePointSet? TryTakeNamed(PatternCursor cursor, bool ignoreCase)
    {
        if (cursor.Peek != '\\' || cursor.Position + 1 == cursor.Text.Length)
        {
            return null;
        }

        char letter = cursor.Text[cursor.Position + 1];
        if (letter is 'p' or 'P')
        {
            return TakeUnicode(cursor, ignoreCase);
        }

        if (NamedClasses.Perl(char.ToLowerInvariant(letter)) is not { } set)
        {
            return null;
        }

        cursor.Position += 2;
        return Finish(set, ignoreCase, char.IsAsciiLetterUpper(letter));
    }

    /// <summary>A class in brackets. The cursor is on the opening one.</summary>
    public static CodePointSet TakeBrackets(PatternCursor cursor, bool ignoreCase)
    {
        int start = cursor.Position++;
        bool negated = cursor.TryTake('^');
        var ranges = new List<(int Low, int High)>();
        bool first = true;
        while (first || cursor.Peek != ']')
        {
            if (cursor.AtEnd)
            {
                throw new PatternFaultException(start, "the character class that begins here has no closing ]");
            }

            first = false;
            if ((TryTakePosix(cursor, ignoreCase) ?? TryTakeNamed(cursor, ignoreCase)) is { } named)
            {
                ranges.AddRange(named.Ranges);
            }
            else
            {
                (int Low, int High) range = TakeRange(cursor, start);
                if (ignoreCase)
                {
                    ranges.AddRange(CodePointSet.Of([range]).Folded.Ranges);
                }
                else
                {
                    ranges.Add(range);
                }
            }
        }

        cursor.Position++;
        var set = CodePointSet.Of(ranges);
        return negated ? set.Negate() : set;
    }

    private static CodePointSet Finish(CodePointSet set, bool ignoreCase, bool negated)
    {
        CodePointSet whole = ignoreCase ? set.Folded : set;
        return negated ? whole.Negate() : whole;
    }

    private static (int Low, int High) TakeRange(PatternCursor cursor, int classStart)
    {
        int start = cursor.Position;
        int low = TakeCharacter(cursor, classStart);
        if (cursor.Peek != '-' || cursor.Position + 1 >= cursor.Text.Length || cursor.Text[cursor.Position + 1] == ']')
        {
            return (low, low);
        }

        cursor.Position++;
        int high = TakeCharacter(cursor, classStart);
        return high >= low
            ? (low, high)
            : throw new PatternFaultException(start, $"the range {cursor.Text[start..cursor.Position]} runs backwards");
    }

    private static int TakeCharacter(PatternCursor cursor, int classStart)
    {
        if (cursor.AtEnd)
        {
            throw new PatternFaultException(classStart, "the character class that begins here has no closing ]");
        }

        return cursor.Peek == '\\' ? cursor.TakeEscape() : cursor.TakeCodePoint();
    }

    private static CodePointSet? TryTakePosix(PatternCursor cursor, bool ignoreCase)
    {
        int end;
        if (!cursor.StartsWith("[:") || (end = cursor.Text.IndexOf(":]", cursor.Position + 2, StringComparison.Ordinal)) < 0)
        {
            return null;
        }

        string name = cursor.Text[(cursor.Position + 2)..end];
        bool negated = name.StartsWith('^');
        CodePointSet set = NamedClasses.OfPosix(negated ? name[1..] : name)
            ?? throw new PatternFaultException(cursor.Position, $"there is no class [:{Shown(name)}:]; [:alpha:] and [:digit:] are examples of those that exist");
        cursor.Position = end + 2;
        return Finish(set, ignoreCase, negated);
    }

    private static CodePointSet TakeUnicode(PatternCursor cursor, bool ignoreCase)
    {
        int start = cursor.Position;
        bool negated = cursor.Text[start + 1] == 'P';
        cursor.Position += 2;
        string name;
        if (cursor.TryTake('{'))
        {
            int end = cursor.Text.IndexOf('}', cursor.Position);
            if (end < 0)
            {
                throw new PatternFaultException(start, "the name of the class that begins here has no closing }");
            }

            name = cursor.Text[cursor.Position..end];
            cursor.Position = end + 1;
        }
        else if (cursor.AtEnd)
        {
            throw new PatternFaultException(start, "the name of a class follows \\p, such as \\pL or \\p{Lu}");
        }
        else
        {
            name = char.ConvertFromUtf32(cursor.TakeCodePoint());
        }

        if (name.StartsWith('^'))
        {
            (name, negated) = (name[1..], !negated);
        }

        CodePointSet set = NamedClasses.Category(name) ?? throw new PatternFaultException(start, UnknownClass(name));
        return Finish(set, ignoreCase, negated);
    }

    private static string UnknownClass(string name) =>
        name.Length > 2 && char.IsAsciiLetterUpper(name[0])
            ? $"\\p{{{Shown(name)}}} is not supported: of Unicode's classes the general categories are known (such as L, Lu, Nd), scripts are not; "
                + "write their ranges, such as [\\x{370}-\\x{3FF}]"
            : $"there is no Unicode class {Shown(name)}; the general categories are known, such as \\p{{L}}, \\p{{Lu}} and \\p{{Nd}}";

    private static string Shown(string name) => name.Length <= 40 ? name : name[..40] + "...";
}
