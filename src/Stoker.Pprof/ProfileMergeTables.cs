namespace Stoker.Pprof;

/// <summary>
/// What a merge holds: each entry once, as the message that it becomes, without its id. An entry refers to others by their number in this
/// merge, so entries of different profiles are equal when their bytes are.
/// </summary>
internal sealed class ProfileMergeTables : IDisposable
{
    private const int CarryBytes = 32;

    private readonly PooledList<long> _sums = new();

    // What a sum is beyond its 64 bits, in units of 2^64. Nearly always there are none.
    private readonly Dictionary<int, long> _carries = [];

    public ProfileMergeTables() => Strings.Intern([]);

    public ProfileMergeTable Strings { get; } = new();

    public ProfileMergeTable Functions { get; } = new();

    /// <summary>By what makes mappings the same; <see cref="Mappings"/> has what they are.</summary>
    public ProfileMergeTable MappingKeys { get; } = new();

    public PooledList<MergedMapping> Mappings { get; } = new();

    public ProfileMergeTable Locations { get; } = new();

    /// <summary>Stacks and labels, without the values.</summary>
    public ProfileMergeTable Samples { get; } = new();

    /// <summary>The numbers of the remarks' strings.</summary>
    public ProfileMergeTable Comments { get; } = new();

    /// <summary>How many columns the sums have. It may change as long as there is no sample.</summary>
    public int Columns { get; set; }

    public long HeldBytes =>
        Strings.HeldBytes + Functions.HeldBytes + MappingKeys.HeldBytes + Locations.HeldBytes + Samples.HeldBytes + Comments.HeldBytes
        + ((long)Mappings.Count * MergedMapping.Bytes) + ((long)Samples.Count * Columns * sizeof(long))
        + ((long)_carries.Count * CarryBytes);

    /// <summary>
    /// What there is more of than one profile may have, and how many that are; null where all is within <see cref="ProfileLimits"/>, and
    /// then what is written can be read again.
    /// </summary>
    public (string What, int Limit)? TooMany() =>
        Samples.Count > ProfileLimits.Samples ? ("samples", ProfileLimits.Samples)
        : (long)Samples.Count * Columns > ProfileLimits.Values ? ("values", ProfileLimits.Values)
        : Mappings.Count > ProfileLimits.Mappings ? ("mappings", ProfileLimits.Mappings)
        : Locations.Count > ProfileLimits.Code ? ("locations", ProfileLimits.Code)
        : Functions.Count > ProfileLimits.Code ? ("functions", ProfileLimits.Code)
        : Strings.Count > ProfileLimits.Strings ? ("strings", ProfileLimits.Strings)
        : Comments.Count > ProfileLimits.Comments ? ("comments", ProfileLimits.Comments)
        : null;

    /// <summary>How much there is now, for <see cref="TakeBack"/>.</summary>
    public ProfileMergeMark Mark() =>
        new(Strings.Count, Functions.Count, MappingKeys.Count, Locations.Count, Samples.Count, Comments.Count);

    /// <summary>Takes back what was added since a mark; nothing may have been summed since.</summary>
    public void TakeBack(ProfileMergeMark mark)
    {
        Strings.Truncate(mark.Strings);
        Functions.Truncate(mark.Functions);
        MappingKeys.Truncate(mark.Mappings);
        Mappings.Truncate(mark.Mappings);
        Locations.Truncate(mark.Locations);
        Samples.Truncate(mark.Samples);
        Comments.Truncate(mark.Comments);
    }

    /// <summary>Makes room for the sums of all samples.</summary>
    public void ExtendSums()
    {
        for (int count = (Samples.Count * Columns) - _sums.Count; count > 0; count--)
        {
            _sums.Add(0);
        }
    }

    public void Sum(int sample, ReadOnlySpan<long> values)
    {
        Span<long> sums = _sums.Items.Slice(sample * Columns, Columns);
        for (int column = 0; column < sums.Length; column++)
        {
            long value = values[column];
            long sum = sums[column] + value;
            if (((sums[column] ^ sum) & (value ^ sum)) < 0)
            {
                Carry((sample * Columns) + column, value < 0 ? -1 : 1);
            }

            sums[column] = sum;
        }
    }

    /// <summary>Reads the sums of a sample, at the bounds of 64 bits where they do not fit.</summary>
    /// <returns>Whether one of them is not zero.</returns>
    public bool ReadSums(int sample, Span<long> row)
    {
        _sums.Items.Slice(sample * Columns, Columns).CopyTo(row);
        if (_carries.Count > 0)
        {
            for (int column = 0; column < row.Length; column++)
            {
                if (_carries.TryGetValue((sample * Columns) + column, out long carry))
                {
                    row[column] = carry < 0 ? long.MinValue : long.MaxValue;
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
    }

    private void Carry(int cell, long change)
    {
        long carry = _carries.GetValueOrDefault(cell) + change;
        if (carry == 0)
        {
            _carries.Remove(cell);
        }
        else
        {
            _carries[cell] = carry;
        }
    }
}

internal readonly record struct ProfileMergeMark(int Strings, int Functions, int Mappings, int Locations, int Samples, int Comments);

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
