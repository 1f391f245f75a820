namespace Stoker.Pprof;

/// <summary>
/// What a merge holds: each entry once, as the message that it becomes, without its id. An entry refers to others by their number in this
/// merge, so entries of different profiles are equal when their bytes are.
/// </summary>
internal sealed class ProfileMergeTables : IDisposable
{
    private readonly PooledList<long> _sums = new();

    // What each sum is beyond its 64 bits, in units of 2^64. Made when the first one is, which nearly never happens.
    private readonly PooledList<long> _carries = new();
    private bool _hasCarries;

    public ProfileMergeTables() => Strings.Intern([]);

    public ProfileMergeTable Strings { get; } = new();

    public ProfileMergeTable Functions { get; } = new();

    /// <summary>By what makes mappings the same; <see cref="Mappings"/> has what they are.</summary>
    public ProfileMergeTable MappingKeys { get; } = new();

    public PooledList<MergedMapping> Mappings { get; } = new();

    public ProfileMergeTable Locations { get; } = new();

    /// <summary>How many lines all locations have.</summary>
    public long Lines { get; set; }

    /// <summary>Stacks and labels, without the values.</summary>
    public ProfileMergeTable Samples { get; } = new();

    /// <summary>The numbers of the remarks' strings.</summary>
    public ProfileMergeTable Comments { get; } = new();

    /// <summary>How many columns the sums have. It may change as long as there is no sample.</summary>
    public int Columns { get; set; }

    public long HeldBytes =>
        Strings.HeldBytes + Functions.HeldBytes + MappingKeys.HeldBytes + Locations.HeldBytes + Samples.HeldBytes + Comments.HeldBytes
        + ((long)Mappings.Count * MergedMapping.Bytes) + ((long)Samples.Count * Columns * CellBytes);

    private int CellBytes => _hasCarries ? 2 * sizeof(long) : sizeof(long);

    /// <summary>
    /// What there is more of than one profile may have, and how many that are; null where all is within <see cref="ProfileLimits"/>, and
    /// then what is written can be read again.
    /// </summary>
    public (string What, int Limit)? TooMany() =>
        Samples.Count > ProfileLimits.Samples ? ("samples", ProfileLimits.Samples)
        : (long)Samples.Count * Columns > ProfileLimits.Values ? ("values", ProfileLimits.Values)
        : Mappings.Count > ProfileLimits.Mappings ? ("mappings", ProfileLimits.Mappings)
        : Locations.Count > ProfileLimits.Code ? ("locations", ProfileLimits.Code)
        : Lines > ProfileLimits.Lines ? ("lines", ProfileLimits.Lines)
        : Functions.Count > ProfileLimits.Code ? ("functions", ProfileLimits.Code)
        : Strings.Count > ProfileLimits.Strings ? ("strings", ProfileLimits.Strings)
        : Comments.Count > ProfileLimits.Comments ? ("comments", ProfileLimits.Comments)
        : null;

    /// <summary>How much there is now, for <see cref="TakeBack"/>.</summary>
    public ProfileMergeMark Mark() =>
        new(Strings.Count, Functions.Count, MappingKeys.Count, Locations.Count, Samples.Count, Comments.Count, Lines);

    /// <summary>Takes back what was added since a mark; no sum may be other than it was then.</summary>
    public void TakeBack(ProfileMergeMark mark)
    {
        Strings.Truncate(mark.Strings);
        Functions.Truncate(mark.Functions);
        MappingKeys.Truncate(mark.Mappings);
        Mappings.Truncate(mark.Mappings);
        Locations.Truncate(mark.Locations);
        Samples.Truncate(mark.Samples);
        Comments.Truncate(mark.Comments);
        Lines = mark.Lines;
        _sums.Truncate(Math.Min(_sums.Count, mark.Samples * Columns));
    }

    /// <summary>Adds the values of samples to their sums.</summary>
    /// <param name="samples">The numbers of the samples; one may come several times.</param>
    /// <param name="values">Their values, one row after the other.</param>
    /// <param name="maxBytes">The bound for <see cref="HeldBytes"/>, which is within it.</param>
    /// <returns>
    /// False where a sum is the first that does not fit in 64 bits, and there is no room for what sums are beyond that. Then all sums are as
    /// they were.
    /// </returns>
    public bool TrySum(ReadOnlySpan<int> samples, ReadOnlySpan<long> values, long maxBytes)
    {
        int cells = Samples.Count * Columns;
        Extend(_sums, cells);
        if (_hasCarries)
        {
            Extend(_carries, cells);
        }

        for (int i = 0; i < samples.Length; i++)
        {
            if (!TrySum(samples[i], values.Slice(i * Columns, Columns)))
            {
                return TrySumWithCarries(samples, values, rows: i + 1, maxBytes);
            }
        }

        return true;
    }

    /// <summary>Reads the sums of a sample, at the bounds of 64 bits where they do not fit.</summary>
    /// <returns>Whether one of them is not zero.</returns>
    public bool ReadSums(int sample, Span<long> row)
    {
        _sums.Items.Slice(sample * Columns, Columns).CopyTo(row);
        if (_hasCarries)
        {
            ReadOnlySpan<long> carries = _carries.Items.Slice(sample * Columns, Columns);
            for (int column = 0; column < row.Length; column++)
            {
                if (carries[column] != 0)
                {
                    row[column] = carries[column] < 0 ? long.MinValue : long.MaxValue;
                }
            }
        }

        return row.ContainsAnyExcept(0);
    }

    /// <summary>Whether there is a sample that came to nothing.</summary>
    public bool HasZeroSums()
    {
        long[] row = new long[Columns];
        for (int i = 0; i < Samples.Count; i++)
        {
            if (!ReadSums(i, row))
            {
                return true;
            }
        }

        return false;
    }

    public void Dispose()
    {
        foreach (ProfileMergeTable table in (ReadOnlySpan<ProfileMergeTable>)[Strings, Functions, MappingKeys, Locations, Samples, Comments])
        {
            table.Dispose();
        }

        Mappings.Dispose();
        _sums.Dispose();
        _carries.Dispose();
    }

    /// <returns>False where there are no carries yet and a sum needs one; the row is added nevertheless.</returns>
    private bool TrySum(int sample, ReadOnlySpan<long> values)
    {
        bool fits = true;
        Span<long> sums = _sums.Items.Slice(sample * Columns, Columns);
        for (int column = 0; column < sums.Length; column++)
        {
            long value = values[column];
            long sum = sums[column] + value;
            if (((sums[column] ^ sum) & (value ^ sum)) < 0)
            {
                fits = _hasCarries;
                if (fits)
                {
                    _carries[(sample * Columns) + column] += value < 0 ? -1 : 1;
                }
            }

            sums[column] = sum;
        }

        return fits;
    }

    /// <summary>Takes back the first rows, and adds all of them anew with carries if there is room for these.</summary>
    private bool TrySumWithCarries(ReadOnlySpan<int> samples, ReadOnlySpan<long> values, int rows, long maxBytes)
    {
        for (int i = 0; i < rows; i++)
        {
            // What wrapped around when it was added does so again.
            Span<long> sums = _sums.Items.Slice(samples[i] * Columns, Columns);
            for (int column = 0; column < sums.Length; column++)
            {
                sums[column] -= values[(i * Columns) + column];
            }
        }

        if (HeldBytes + (_sums.Count * (long)sizeof(long)) > maxBytes)
        {
            return false;
        }

        _hasCarries = true;
        return TrySum(samples, values, maxBytes);
    }

    private static void Extend(PooledList<long> list, int count)
    {
        for (int more = count - list.Count; more > 0; more--)
        {
            list.Add(0);
        }
    }
}

internal readonly record struct ProfileMergeMark(int Strings, int Functions, int Mappings, int Locations, int Samples, int Comments, long Lines);

/// <summary>A mapping of the merge: where the first profile that used it had it, and what all that used it know of it.</summary>
/// <param name="File">A string of the merge, like <paramref name="BuildId"/>.</param>
/// <param name="Has">One bit for each of the <c>has_*</c> fields in their order.</param>
/// <param name="IsUsed">Whether a sample has used it; the main program is there before one does.</param>
internal readonly record struct MergedMapping(ulong Start, ulong Limit, ulong Offset, int File, int BuildId, int Has, bool IsUsed = false)
{
    public const int Bytes = 40;
    public const int HasFields = MappingField.HasInlineFrames - MappingField.HasFunctions + 1;

    /// <summary>With what a profile that uses it knows of it.</summary>
    public MergedMapping UsedWith(int has) => this with { Has = IsUsed ? Has & has : has, IsUsed = true };
}
