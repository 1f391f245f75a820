namespace Stoker.Pprof;

/// <summary>Checks mappings, functions and locations: wire format, ids, references between them, indices of strings.</summary>
internal static class TableScan
{
    public static bool TryScan(ProfileScan scan, ReadOnlySpan<byte> profile)
    {
        Span<ulong> fields = stackalloc ulong[MappingField.HasInlineFrames + 1];
        return TryScanMappings(scan, profile, fields)
            && TryScanFunctions(scan, profile, fields[..(FunctionField.StartLine + 1)])
            && TryScanLocations(scan, profile);
    }

    private static bool TryScanMappings(ProfileScan scan, ReadOnlySpan<byte> profile, Span<ulong> fields)
    {
        for (int i = 0; i < scan.Mappings.Count; i++)
        {
            if (!TryReadNumbers(scan, profile, scan.Mappings[i], ProfileField.Mapping, i, FieldNames.Mapping, fields)
                || !TryAddId(scan, profile, scan.MappingIds, scan.Mappings[i], ProfileField.Mapping, i, fields[MappingField.Id]))
            {
                return false;
            }

            ulong strings = (ulong)scan.Strings.Count;
            if (fields[MappingField.Filename] >= strings || fields[MappingField.BuildId] >= strings)
            {
                int field = fields[MappingField.Filename] >= strings ? MappingField.Filename : MappingField.BuildId;
                return FailString(scan, profile, scan.Mappings[i], ProfileField.Mapping, i, FieldNames.Mapping, field, fields[field]);
            }
        }

        return true;
    }

    private static bool TryScanFunctions(ProfileScan scan, ReadOnlySpan<byte> profile, Span<ulong> fields)
    {
        ulong strings = (ulong)scan.Strings.Count;
        ReadOnlySpan<int> functions = scan.Functions.Items;
        Span<FunctionNames> names = scan.FunctionNames.Resize(functions.Length);
        for (int i = 0; i < functions.Length; i++)
        {
            if (!TryReadNumbers(scan, profile, functions[i], ProfileField.Function, i, FieldNames.Function, fields)
                || !TryAddId(scan, profile, scan.FunctionIds, functions[i], ProfileField.Function, i, fields[FunctionField.Id]))
            {
                return false;
            }

            for (int field = FunctionField.Name; field <= FunctionField.Filename; field++)
            {
                if (fields[field] >= strings)
                {
                    return FailString(scan, profile, functions[i], ProfileField.Function, i, FieldNames.Function, field, fields[field]);
                }
            }

            names[i] = new FunctionNames(
                (int)fields[FunctionField.Name], (int)fields[FunctionField.SystemName], (int)fields[FunctionField.Filename]);
        }

        return true;
    }

    private static bool TryScanLocations(ProfileScan scan, ReadOnlySpan<byte> profile)
    {
        ReadOnlySpan<int> locations = scan.Locations.Items;
        Span<ulong> addresses = scan.Addresses.Resize(locations.Length);
        Span<int> mappings = scan.LocationMappings.Resize(locations.Length);
        Span<int> lineEnds = scan.LineEnds.Resize(locations.Length);
        for (int i = 0; i < locations.Length; i++)
        {
            if (!TryScanLocation(scan, profile, i, locations[i], out ulong id, ref addresses[i], ref mappings[i])
                || !TryAddId(scan, profile, scan.LocationIds, locations[i], ProfileField.Location, i, id))
            {
                return false;
            }

            lineEnds[i] = scan.LineFunctions.Count;
            if (lineEnds[i] > ProfileLimits.Lines)
            {
                return scan.Fail(
                    locations[i], $"location[{i}].line", $"The locations have more than {ProfileLimits.Lines} lines, far more than any program");
            }
        }

        return true;
    }

    private static bool TryScanLocation(
        ProfileScan scan, ReadOnlySpan<byte> profile, int index, int lengthOffset, out ulong id, ref ulong address, ref int mappingIndex)
    {
        id = 0;
        address = 0;
        mappingIndex = -1;
        int lines = 0;
        ulong mapping = 0;
        int mappingOffset = 0;
        int position = Varint.ReadLength(profile, lengthOffset, profile.Length, out int end);
        while (position < end)
        {
            int offset = position;
            uint tag = profile[position++];
            if (tag >= 0x80)
            {
                position = Varint.ReadOutOfLine(profile, offset, end, out ulong wide);
                tag = position < 0 || wide > uint.MaxValue ? 0 : (uint)wide;
            }

            switch (tag)
            {
                case LocationField.Id << 3:
                    position = Varint.Read(profile, position, end, out id);
                    break;
                case LocationField.MappingId << 3:
                    position = Varint.Read(profile, position, end, out mapping);
                    mappingOffset = offset;
                    break;
                case LocationField.Address << 3:
                    position = Varint.Read(profile, position, end, out address);
                    break;
                case (LocationField.Line << 3) | (uint)WireType.Length:
                    position = Varint.ReadLength(profile, position, end, out int lineEnd);
                    if (position >= 0 && !TryScanLine(scan, profile, position, lineEnd, index, lines++))
                    {
                        return false;
                    }

                    position = position < 0 ? position : lineEnd;
                    break;
                case LocationField.IsFolded << 3:
                    position = Varint.Read(profile, position, end, out _);
                    break;
                default:
                    position = SkipUnknown(scan, profile, offset, end, index);
                    break;
            }

            if (position < 0)
            {
                return FailWire(scan, profile, offset, end, index);
            }
        }

        // The last of several counts, and only that one is followed by whoever copies locations.
        return mapping == 0 || scan.MappingIds.TryFind(mapping, out mappingIndex)
            || scan.Fail(mappingOffset, $"location[{index}].mapping_id", $"The profile has no mapping {mapping}");
    }

    /// <summary>Skips a field that is not known; below 0 where it is at fault.</summary>
    private static int SkipUnknown(ProfileScan scan, ReadOnlySpan<byte> profile, int offset, int end, int location)
    {
        scan.HasUnknownFields = true;
        var reader = new WireReader(profile, offset, end);
        if (!reader.TryTag(out uint tag))
        {
            return WireReader.CutNumber;
        }

        int field = (int)(tag >> 3);
        if (field <= LocationField.IsFolded)
        {
            scan.Fail(offset, $"location[{location}].{FieldNames.Location[field]}", WireReader.WrongType(tag));
            return WireReader.CutNumber;
        }

        return reader.TrySkip(tag) ? reader.Position : WireReader.CutNumber;
    }

    private static bool TryScanLine(ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int location, int line)
    {
        ulong function = 0;
        int position = start;
        while (position >= 0 && position < end)
        {
            uint tag = profile[position];
            position = Varint.Read(profile, position + 1, end, out ulong value);
            if (tag == LineField.FunctionId << 3)
            {
                function = value;
            }
            else if (tag is not (LineField.Line << 3 or LineField.Column << 3))
            {
                return TryScanOddLine(scan, profile, start, end, location, line);
            }
        }

        if (position < 0 || !scan.FunctionIds.TryFind(function, out int index))
        {
            return TryScanOddLine(scan, profile, start, end, location, line);
        }

        scan.LineFunctions.Add(index);
        return true;
    }

    /// <summary>A line with unknown fields, or with a fault.</summary>
    private static bool TryScanOddLine(ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int location, int line)
    {
        Span<ulong> fields = stackalloc ulong[LineField.Column + 1];
        if (!scan.TryReadNumbers(profile, start, end, fields))
        {
            MessageFault fault = NumberFields.FindFault(profile, start, end, fields.Length);
            return scan.Fail(fault, $"location[{location}].line[{line}]", FieldNames.Line);
        }

        ulong function = fields[LineField.FunctionId];
        if (!scan.FunctionIds.TryFind(function, out int index))
        {
            return scan.Fail(
                NumberFields.OffsetOf(profile, start, end, LineField.FunctionId),
                $"location[{location}].line[{line}].function_id",
                function == 0 ? "The line names no function" : $"The profile has no function {function}");
        }

        scan.LineFunctions.Add(index);
        return true;
    }

    private static bool TryReadNumbers(
        ProfileScan scan, ReadOnlySpan<byte> profile, int lengthOffset, int table, int index, string[] names, Span<ulong> fields)
    {
        (int start, int end) = ProfileScan.Content(profile, lengthOffset);
        return scan.TryReadNumbers(profile, start, end, fields)
            || scan.Fail(NumberFields.FindFault(profile, start, end, fields.Length), Path(table, index), names);
    }

    private static bool TryAddId(
        ProfileScan scan, ReadOnlySpan<byte> profile, IdTable ids, int lengthOffset, int table, int index, ulong id)
    {
        if (id != 0 && ids.TryAdd(id))
        {
            return true;
        }

        (int start, int end) = ProfileScan.Content(profile, lengthOffset);
        return scan.Fail(
            NumberFields.OffsetOf(profile, start, end, MappingField.Id),
            Path(table, index) + ".id",
            id == 0 ? "The id is 0 or missing" : $"The id {id} is taken by another {FieldNames.Profile[table]}");
    }

    private static bool FailString(
        ProfileScan scan, ReadOnlySpan<byte> profile, int lengthOffset, int table, int index, string[] names, int field, ulong value)
    {
        (int start, int end) = ProfileScan.Content(profile, lengthOffset);
        return scan.FailString(NumberFields.OffsetOf(profile, start, end, field), FieldNames.Inside(Path(table, index), names, field), value);
    }

    /// <summary>Reads a field of a location that is at fault once more, to say where.</summary>
    private static bool FailWire(ProfileScan scan, ReadOnlySpan<byte> profile, int offset, int end, int location)
    {
        var reader = new WireReader(profile, offset, end);
        int field = reader.TryTag(out uint tag) ? (int)(tag >> 3) : 0;
        if (field != 0)
        {
            reader.TrySkip(tag);
        }

        return scan.Fail(
            reader.Position, FieldNames.Inside(Path(ProfileField.Location, location), FieldNames.Location, field), WireReader.Describe(reader.End));
    }

    private static string Path(int table, int index) => $"{FieldNames.Profile[table]}[{index}]";
}
