namespace Stoker.Labels.Patterns;

/// <summary>A set of code points as sorted ranges that neither overlap nor touch. Immutable; equality is by content.</summary>
internal sealed class CodePointSet : IEquatable<CodePointSet>
{
    public const int Last = 0x10FFFF;

    private readonly (int Low, int High)[] _ranges;

    // Made when it is first asked for; two threads that both make it come to the same.
    private CodePointSet? _folded;

    private CodePointSet((int Low, int High)[] ranges) => _ranges = ranges;

    public static CodePointSet Empty { get; } = new([]);

    public static CodePointSet Any { get; } = new([(0, Last)]);

    public static CodePointSet AnyButNewline { get; } = Of('\n').Negate();

    public ReadOnlySpan<(int Low, int High)> Ranges => _ranges;

    public bool IsAny => _ranges is [(0, Last)];

    /// <summary>The one code point of the set, or -1 where it has another number of them.</summary>
    public int Single => _ranges is [var (low, high)] && low == high ? low : -1;

    /// <summary>The set with every code point that differs from one of its own by case alone.</summary>
    public CodePointSet Folded => _folded ??= CaseFolding.Fold(this);

    public static CodePointSet Of(int codePoint) => new([(codePoint, codePoint)]);

    public static CodePointSet Of(List<(int Low, int High)> ranges)
    {
        (int Low, int High)[] sorted = [.. ranges.OrderBy(range => range.Low)];
        var merged = new List<(int Low, int High)>(sorted.Length);
        foreach ((int low, int high) in sorted)
        {
            if (merged.Count > 0 && low <= merged[^1].High + 1)
            {
                merged[^1] = (merged[^1].Low, Math.Max(merged[^1].High, high));
            }
            else
            {
                merged.Add((low, high));
            }
        }

        return merged.Count == 0 ? Empty : new CodePointSet([.. merged]);
    }

    public CodePointSet Negate()
    {
        var gaps = new List<(int Low, int High)>(_ranges.Length + 1);
        int next = 0;
        foreach ((int low, int high) in _ranges)
        {
            if (low > next)
            {
                gaps.Add((next, low - 1));
            }

            next = high + 1;
        }

        if (next <= Last)
        {
            gaps.Add((next, Last));
        }

        return new CodePointSet([.. gaps]);
    }

    public bool Equals(CodePointSet? other) => other is not null && _ranges.AsSpan().SequenceEqual(other._ranges);

    public override bool Equals(object? obj) => Equals(obj as CodePointSet);

    public override int GetHashCode()
    {
        var hash = default(HashCode);
        foreach ((int low, int high) in _ranges)
        {
            hash.Add(low);
            hash.Add(high);
        }

        return hash.ToHashCode();
    }
}
