namespace Stoker.Pprof;

/// <summary>
/// Which entries of the merge the entries of one profile are, by their position; looked up when a sample first needs them. The lists are
/// kept from one profile to the next, so that they need not grow again.
/// </summary>
internal sealed class ProfileMergeIds : IDisposable
{
    // Numbers in the merge and one; 0 is not looked up yet.
    public PooledList<int> Strings { get; } = new();

    public PooledList<int> Functions { get; } = new();

    public PooledList<int> Locations { get; } = new();

    public PooledList<SourceMapping> Mappings { get; } = new();

    /// <summary>The numbers in the merge of the samples that say something, in their order.</summary>
    public PooledList<int> Samples { get; } = new();

    /// <summary>Their values, one row after the other.</summary>
    public PooledList<long> Values { get; } = new();

    // Of the sample that is being read.
    public PooledList<int> Stack { get; } = new();

    public PooledList<LabelFields> Labels { get; } = new();

    // Of the message that is being written, and of one inside it.
    public WireBuffer Message { get; } = new();

    public WireBuffer Inner { get; } = new();

    public void Begin(ProfileScan scan)
    {
        Strings.Zero(scan.Strings.Count);
        Functions.Zero(scan.Functions.Count);
        Locations.Zero(scan.Locations.Count);
        Mappings.Zero(scan.Mappings.Count);
        Samples.Truncate(0);
        Values.Truncate(0);
        Stack.Truncate(0);
        Labels.Truncate(0);
    }

    public void Dispose()
    {
        foreach (PooledList<int> list in (ReadOnlySpan<PooledList<int>>)[Strings, Functions, Locations, Samples, Stack])
        {
            list.Dispose();
        }

        Mappings.Dispose();
        Values.Dispose();
        Labels.Dispose();
        Message.Dispose();
        Inner.Dispose();
    }
}

/// <summary>A mapping of one profile.</summary>
/// <param name="Merged">Its number in the merge and one; 0 is not looked up yet.</param>
/// <param name="Shift">What has to be added to an address of the profile to get one of the merge.</param>
/// <param name="Has">As in <see cref="MergedMapping"/>.</param>
internal readonly record struct SourceMapping(int Merged, ulong Start, ulong Limit, ulong Shift, int Has)
{
    /// <summary>The address where the merge has this mapping. One that lies outside of it is not where it is mapped, and stays.</summary>
    public ulong Move(ulong address) => address >= Start && (address < Limit || Limit <= Start) && address != 0 ? address + Shift : address;
}
