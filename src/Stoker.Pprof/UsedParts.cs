namespace Stoker.Pprof;

/// <summary>Marks what the samples that are sent refer to, directly and through others.</summary>
internal sealed class UsedParts : IDisposable
{
    private readonly bool _keepsAllStrings;

    public UsedParts(ProfileScan scan)
    {
        Locations.Zero(scan.Locations.Count);
        Functions.Zero(scan.Functions.Count);
        Mappings.Zero(scan.Mappings.Count);
        Strings.Zero(scan.Strings.Count);

        // A field that is not known may refer to any string.
        _keepsAllStrings = scan.HasUnknownFields;
        if (_keepsAllStrings)
        {
            Strings.Items.Fill(true);
        }

        Strings[0] = true;
        foreach ((int type, int unit) in scan.SampleTypes)
        {
            Strings[type] = true;
            Strings[unit] = true;
        }

        if (scan.PeriodType is var (periodType, periodUnit))
        {
            Strings[periodType] = true;
            Strings[periodUnit] = true;
        }

        foreach (int field in HeaderScan.StringFields)
        {
            Strings[(int)scan.Header[field]] = true;
        }

        foreach (int index in scan.Comments.Items)
        {
            Strings[index] = true;
        }
    }

    public PooledList<bool> Locations { get; } = new();

    public PooledList<bool> Functions { get; } = new();

    public PooledList<bool> Mappings { get; } = new();

    public PooledList<bool> Strings { get; } = new();

    /// <summary>Marks the locations of a sample and the strings of its labels.</summary>
    public void Mark(ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end)
    {
        var reader = new WireReader(profile, start, end);
        while (!reader.AtEnd && reader.TryTag(out uint tag))
        {
            switch (tag)
            {
                case (SampleField.LocationId << 3) | (uint)WireType.Varint:
                    reader.TryVarint(out ulong id);
                    MarkLocation(scan, id);
                    break;
                case (SampleField.LocationId << 3) | (uint)WireType.Length:
                    reader.TryLength(out int idsEnd);
                    while (reader.Position < idsEnd)
                    {
                        reader.TryVarint(out id);
                        MarkLocation(scan, id);
                    }

                    break;
                case (SampleField.Label << 3) | (uint)WireType.Length:
                    reader.TryLength(out int labelEnd);
                    if (!_keepsAllStrings)
                    {
                        MarkStrings(profile, reader.Position, labelEnd, [LabelField.Key, LabelField.Str, LabelField.NumUnit]);
                    }

                    reader.Position = labelEnd;
                    break;
                default:
                    reader.TrySkip(tag);
                    break;
            }
        }
    }

    /// <summary>Marks what the marked locations refer to.</summary>
    public void Follow(ProfileScan scan, ReadOnlySpan<byte> profile)
    {
        // The first mapping is the main program by the format's convention, so it stays the first.
        if (Mappings.Count > 0)
        {
            Mappings[0] = true;
        }

        int line = 0;
        for (int i = 0; i < Locations.Count; i++)
        {
            int lineEnd = scan.LineEnds[i];
            if (Locations[i])
            {
                if (scan.LocationMappings[i] >= 0)
                {
                    Mappings[scan.LocationMappings[i]] = true;
                }

                for (; line < lineEnd; line++)
                {
                    Functions[scan.LineFunctions[line]] = true;
                }
            }

            line = lineEnd;
        }

        if (_keepsAllStrings)
        {
            return;
        }

        for (int i = 0; i < Functions.Count; i++)
        {
            if (Functions[i])
            {
                FunctionNames names = scan.FunctionNames[i];
                Strings[names.Name] = true;
                Strings[names.SystemName] = true;
                Strings[names.File] = true;
            }
        }

        for (int i = 0; i < Mappings.Count; i++)
        {
            if (Mappings[i])
            {
                (int start, int end) = ProfileScan.Content(profile, scan.Mappings[i]);
                MarkStrings(profile, start, end, [MappingField.Filename, MappingField.BuildId]);
            }
        }
    }

    public void Dispose()
    {
        Locations.Dispose();
        Functions.Dispose();
        Mappings.Dispose();
        Strings.Dispose();
    }

    private void MarkLocation(ProfileScan scan, ulong id)
    {
        scan.LocationIds.TryFind(id, out int index);
        Locations[index] = true;
    }

    private void MarkStrings(ReadOnlySpan<byte> profile, int start, int end, ReadOnlySpan<int> fields)
    {
        var reader = new WireReader(profile, start, end);
        while (!reader.AtEnd && reader.TryTag(out uint tag))
        {
            if (fields.Contains((int)(tag >> 3)))
            {
                reader.TryVarint(out ulong index);

                // Of a field that comes twice the first index is not checked, because only the last one counts.
                if (index < (ulong)Strings.Count)
                {
                    Strings[(int)index] = true;
                }
            }
            else
            {
                reader.TrySkip(tag);
            }
        }
    }
}
