using System.Text;

namespace Stoker.Labels.Patterns;

/// <summary>
/// The letters in which a pattern and a text meet in .NET's engine. ASCII characters are themselves. All others are sorted into classes that
/// the pattern's sets cannot tell apart, and each class has one letter from Unicode's private use area. So a code point is one letter, also
/// beyond the first 65,536; any set can be written, whatever classes .NET knows; and .NET's word boundary, which counts letters of all
/// scripts, sees words of ASCII only, as RE2 wants it. Immutable and safe from several threads.
/// </summary>
internal sealed class Alphabet
{
    private const char FirstLetter = '\uE000';
    private const int MaxLetters = 6399;

    // The engine loses the groups of a match that ends with a newline (seen with .NET 10.0.12), so there a newline has a letter of its own.
    private const char Newline = '\uF8FF';

    // Comparing each set with each segment is quadratic; this many steps take some milliseconds.
    private const long MaxSteps = 20_000_000;

    /// <summary>Where each segment of the code points from 0x80 begins, and its letter.</summary>
    private readonly int[] _starts;
    private readonly char[] _letters;

    private readonly bool _hasLines;

    private Alphabet(int[] starts, char[] letters, bool hasLines) => (_starts, _letters, _hasLines) = (starts, letters, hasLines);

    /// <summary>The alphabet of a pattern with these sets.</summary>
    /// <param name="hasLines">Whether the pattern asks where lines begin or end, for which the engine must see the newlines.</param>
    /// <exception cref="PatternFaultException">The sets tell too many code points apart.</exception>
    public static Alphabet Of(IReadOnlyCollection<CodePointSet> sets, bool hasLines)
    {
        // Each set has an identity of 64 bits from a fixed sequence; those of the sets around a segment, combined, are its class. The
        // numbers are far apart, so that no two combinations that a pattern can make come to the same.
        var toggles = new SortedDictionary<int, ulong> { [0x80] = 0 };
        var random = new Random(20261122);
        foreach (CodePointSet set in sets)
        {
            ulong identity = (ulong)random.NextInt64(long.MinValue, long.MaxValue);
            foreach ((int low, int high) in set.Ranges)
            {
                if (high >= 0x80)
                {
                    Toggle(toggles, Math.Max(low, 0x80), identity);
                    Toggle(toggles, high + 1, identity);
                }
            }
        }

        toggles.Remove(CodePointSet.Last + 1);
        if ((long)toggles.Count * sets.Count > MaxSteps)
        {
            throw TooMany();
        }

        var known = new Dictionary<ulong, char>();
        var letters = new List<char>(toggles.Count);
        ulong current = 0;
        foreach (ulong toggle in toggles.Values)
        {
            current ^= toggle;
            if (!known.TryGetValue(current, out char letter))
            {
                letter = known.Count < MaxLetters ? (char)(FirstLetter + known.Count) : throw TooMany();
                known.Add(current, letter);
            }

            letters.Add(letter);
        }

        return new Alphabet([.. toggles.Keys], [.. letters], hasLines);
    }

    /// <summary>Whether the engine can be given a text as it stands.</summary>
    public bool IsPlain(ReadOnlySpan<char> text) => Ascii.IsValid(text) && (_hasLines || text is not [.., '\n']);

    /// <summary>The letters beyond ASCII of a set, in order.</summary>
    public SortedSet<char> LettersOf(CodePointSet set)
    {
        var letters = new SortedSet<char>();
        foreach ((int low, int high) in set.Ranges)
        {
            if (low <= '\n' && high >= '\n')
            {
                letters.Add(Newline);
            }

            if (high >= 0x80)
            {
                for (int i = SegmentOf(Math.Max(low, 0x80)); i < _starts.Length && _starts[i] <= high; i++)
                {
                    letters.Add(_letters[i]);
                }
            }
        }

        return letters;
    }

    /// <summary>Writes a text in letters; returns how many. The output has the text's length at least.</summary>
    /// <param name="offsets">Null where each code point is one unit of the text; else where in the text each letter begins, and the end.</param>
    public int Translate(ReadOnlySpan<char> text, Span<char> output, out int[]? offsets)
    {
        offsets = text.ContainsAnyInRange('\uD800', '\uDFFF') ? new int[text.Length + 1] : null;
        int count = 0;
        for (int i = 0; i < text.Length;)
        {
            char unit = text[i];
            int length = 1;
            if (unit < 0x80)
            {
                output[count] = unit == '\n' && !_hasLines ? Newline : unit;
            }
            else if (!char.IsSurrogate(unit))
            {
                output[count] = _letters[SegmentOf(unit)];
            }
            else
            {
                // A half that stands alone decodes to U+FFFD, as a byte that is no UTF-8 does in Go.
                Rune.DecodeFromUtf16(text[i..], out Rune rune, out length);
                output[count] = _letters[SegmentOf(rune.Value)];
            }

            if (offsets is not null)
            {
                offsets[count] = i;
            }

            i += length;
            count++;
        }

        if (offsets is not null)
        {
            offsets[count] = text.Length;
        }

        return count;
    }

    private static void Toggle(SortedDictionary<int, ulong> toggles, int position, ulong identity) =>
        toggles[position] = toggles.GetValueOrDefault(position) ^ identity;

    private static PatternFaultException TooMany() => new(0, "the expression tells too many characters beyond ASCII apart");

    private int SegmentOf(int codePoint)
    {
        int index = Array.BinarySearch(_starts, codePoint);
        return index < 0 ? ~index - 1 : index;
    }
}
