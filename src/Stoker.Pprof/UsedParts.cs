using System.Runtime.Intrinsics;

namespace Stoker.Pprof;

/// <summary>Marks what the samples that are sent refer to, directly and through others.</summary>
internal sealed class UsedParts : IDisposable
{
    private const uint LabelStrings = (1 << LabelField.Key) | (1 << LabelField.Str) | (1 << LabelField.NumUnit);
    private const uint MappingStrings = (1 << MappingField.Filename) | (1 << MappingField.BuildId);

    private readonly bool _keepsAllStrings;

    // One place in front of the first, for PackedIds.
    private readonly PooledList<bool> _locations = new();

    public UsedParts(ProfileScan scan)
    {
        _locations.Zero(scan.Locations.Count + 1);
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

    public Span<bool> Locations => _locations.Items[1..];

    public PooledList<bool> Functions { get; } = new();

    public PooledList<bool> Mappings { get; } = new();

    public PooledList<bool> Strings { get; } = new();

    /// <summary>
    /// Marks the locations of a sample and the strings of its labels. Returns whether its values stand together, from
    /// <paramref name="valuesStart"/> to <paramref name="valuesEnd"/>, tags included.
    /// </summary>
    public bool TryMark(ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, out int valuesStart, out int valuesEnd)
    {
        valuesStart = -1;
        valuesEnd = -1;
        bool isWhole = true;
        int position = start;
        while (position < end)
        {
            int offset = position;
            uint tag = profile[position++];
            if (tag >= 0x80)
            {
                position = Varint.ReadOutOfLine(profile, offset, end, out ulong wide);
                tag = (uint)wide;
            }

            switch (tag)
            {
                case SampleScan.PackedLocations:
                    position = Varint.ReadLength(profile, position, end, out int idsEnd);
                    MarkLocations(scan.LocationIds, profile, position, idsEnd);
                    position = idsEnd;
                    break;
                case SampleScan.LabelTag:
                    position = Varint.ReadLength(profile, position, end, out int labelEnd);
                    if (!_keepsAllStrings)
                    {
                        MarkStrings(profile, position, labelEnd, LabelStrings);
                    }

                    position = labelEnd;
                    break;
                case SampleScan.OneLocation:
                    position = Varint.ReadOutOfLine(profile, position, end, out ulong id);
                    scan.LocationIds.TryFind(id, out int index);
                    _locations[index + 1] = true;
                    break;
                default:
                    var reader = new WireReader(profile, position, end);
                    reader.TrySkip(tag);
                    position = reader.Position;
                    if (tag >> 3 == SampleField.Value)
                    {
                        isWhole &= valuesStart < 0 || valuesEnd == offset;
                        valuesStart = valuesStart < 0 ? offset : valuesStart;
                        valuesEnd = position;
                    }

                    break;
            }
        }

        return isWhole;
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
        Span<bool> locations = Locations;
        for (int i = 0; i < locations.Length; i++)
        {
            int lineEnd = scan.LineEnds[i];
            if (locations[i])
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
                MarkStrings(profile, start, end, MappingStrings);
            }
        }
    }

    public void Dispose()
    {
        _locations.Dispose();
        Functions.Dispose();
        Mappings.Dispose();
        Strings.Dispose();
    }

    private void MarkLocations(IdTable locationIds, ReadOnlySpan<byte> profile, int position, int end)
    {
        Span<bool> locations = _locations.Items;
        bool isSequential = locationIds.IsSequential;
        while (position < end)
        {
            Vector128<ushort> ids = default;
            int length = isSequential ? PackedIds.Decode(profile[position..], end - position, out ids, out _) : 0;
            if (length == 0)
            {
                position = Varint.Read(profile, position, end, out ulong id);
                locationIds.TryFind(id, out int index);
                locations[index + 1] = true;
                continue;
            }

            // Lanes that do not count mark the place in front of the first location.
            ulong first = ids.AsUInt64()[0];
            ulong last = ids.AsUInt64()[1];
            locations[(ushort)first] = true;
            locations[(ushort)(first >> 16)] = true;
            locations[(ushort)(first >> 32)] = true;
            locations[(int)(first >> 48)] = true;
            locations[(ushort)last] = true;
            locations[(ushort)(last >> 16)] = true;
            locations[(ushort)(last >> 32)] = true;
            locations[(int)(last >> 48)] = true;
            position += length;
        }
    }

    /// <param name="fields">The numbers of the fields that are indices of strings, as bits.</param>
    private void MarkStrings(ReadOnlySpan<byte> profile, int position, int end, uint fields)
    {
        Span<bool> strings = Strings.Items;
        while (position < end)
        {
            uint tag = profile[position];
            if (tag >= 0x80 || (tag & 7) != (uint)WireType.Varint)
            {
                // Unknown fields are not here, because with them all strings are kept; what is left is a tag in more bytes than it needs.
                var reader = new WireReader(profile, position, end);
                reader.TryTag(out tag);
                position = reader.Position - 1;
            }

            position = Varint.Read(profile, position + 1, end, out ulong index);

            // Of a field that comes twice the first index is not checked, because only the last one counts.
            if (((fields >> (int)(tag >> 3)) & 1) != 0 && index < (ulong)strings.Length)
            {
                strings[(int)index] = true;
            }
        }
    }
}
