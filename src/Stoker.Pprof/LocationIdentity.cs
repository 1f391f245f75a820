namespace Stoker.Pprof;

/// <summary>
/// Computes what makes a location the same from one profile to the next: its address and the program that the address lies in; where there is
/// no address, its lines with function, file and line, inlined ones included. Ids are not it, because writers number anew each time.
/// Within the life of a process an address stands for the same code; after a restart it may not, but then the totals fall, and what was known
/// is forgotten. The program is told by file name and build id and not by where it is mapped, so addresses that are relative to a file do too.
/// </summary>
internal sealed class LocationIdentity : IDisposable
{
    private readonly PooledList<ulong> _strings = new();
    private readonly PooledList<ulong> _functions = new();
    private readonly PooledList<ulong> _mappings = new();

    /// <summary>0, and then one hash for each location, in the order of the table.</summary>
    public PooledList<ulong> Locations { get; } = new();

    public void Compute(ProfileScan scan, ReadOnlySpan<byte> profile)
    {
        _strings.Zero(scan.Strings.Count);
        _functions.Zero(scan.Functions.Count);
        ComputeMappings(scan, profile);
        Span<ulong> hashes = Locations.Resize(scan.Locations.Count + 1);
        hashes[0] = 0;
        hashes = hashes[1..];
        ReadOnlySpan<ulong> addresses = scan.Addresses.Items;
        ReadOnlySpan<int> mappings = scan.LocationMappings.Items;
        for (int i = 0; i < hashes.Length; i++)
        {
            ulong mapping = mappings[i] < 0 ? 0 : _mappings[mappings[i]];
            hashes[i] = addresses[i] != 0 ? ContentHash.Mix(addresses[i], mapping) : OfLines(scan, profile, i, mapping);
        }
    }

    /// <summary>The hash of a string's content. Each string is hashed once for a profile.</summary>
    public ulong OfString(ProfileScan scan, ReadOnlySpan<byte> profile, int index)
    {
        ref ulong hash = ref _strings[index];
        if (hash == 0)
        {
            hash = ContentHash.Of(scan.String(profile, index));
        }

        return hash;
    }

    public void Dispose()
    {
        _strings.Dispose();
        _functions.Dispose();
        _mappings.Dispose();
        Locations.Dispose();
    }

    private void ComputeMappings(ProfileScan scan, ReadOnlySpan<byte> profile)
    {
        _mappings.Zero(scan.Mappings.Count);
        Span<ulong> fields = stackalloc ulong[MappingField.HasInlineFrames + 1];
        for (int i = 0; i < scan.Mappings.Count; i++)
        {
            (int start, int end) = ProfileScan.Content(profile, scan.Mappings[i]);
            Read(profile, start, end, fields);
            _mappings[i] = ContentHash.Mix(
                OfString(scan, profile, (int)fields[MappingField.Filename]), OfString(scan, profile, (int)fields[MappingField.BuildId]));
        }
    }

    private ulong OfLines(ProfileScan scan, ReadOnlySpan<byte> profile, int location, ulong mapping)
    {
        (int start, int end) = ProfileScan.Content(profile, scan.Locations[location]);
        var reader = new WireReader(profile, start, end);
        Span<ulong> fields = stackalloc ulong[LineField.Column + 1];
        ulong hash = 0;
        bool hasLine = false;
        while (!reader.AtEnd && reader.TryTag(out uint tag))
        {
            if (tag >> 3 != LocationField.Line || !reader.TryLength(out int lineEnd))
            {
                reader.TrySkip(tag);
                continue;
            }

            Read(profile, reader.Position, lineEnd, fields);
            hash = ContentHash.Mix(hash, OfFunction(scan, profile, fields[LineField.FunctionId]));
            hash = ContentHash.Mix(hash + fields[LineField.Line], fields[LineField.Column]);
            hasLine = true;
            reader.Position = lineEnd;
        }

        // Nothing is known of such a location but where it lies.
        return hasLine ? hash : ContentHash.Mix(0, mapping);
    }

    private ulong OfFunction(ProfileScan scan, ReadOnlySpan<byte> profile, ulong id)
    {
        scan.FunctionIds.TryFind(id, out int index);
        ref ulong hash = ref _functions[index];
        if (hash == 0)
        {
            Span<ulong> fields = stackalloc ulong[FunctionField.StartLine + 1];
            (int start, int end) = ProfileScan.Content(profile, scan.Functions[index]);
            Read(profile, start, end, fields);
            FunctionNames names = scan.FunctionNames[index];
            hash = ContentHash.Mix(OfString(scan, profile, names.Name), OfString(scan, profile, names.SystemName));
            hash = ContentHash.Mix(hash, OfString(scan, profile, names.File));
            hash = ContentHash.Mix(hash, fields[FunctionField.StartLine]);
        }

        return hash;
    }

    private static void Read(ReadOnlySpan<byte> profile, int start, int end, Span<ulong> fields)
    {
        if (NumberFields.Read(profile, start, end, fields) == NumbersOutcome.Malformed)
        {
            throw new InvalidOperationException("The profile has changed.");
        }
    }
}
