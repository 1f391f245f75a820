namespace Stoker.Pprof;

/// <summary>Checks mappings, functions and locations: wire format, ids, references between them, indices of strings.</summary>
internal static class TableScan
{
    public static bool TryScan(ProfileScan scan, ReadOnlySpan<byte> profile)
    {
        Span<ulong> fields = stackalloc ulong[MappingField.HasInlineFrames + 1];
        return TryScanMappings(scan, profile, fields)
            && TryScanFunctions(scan, profile, fields[..(FunctionField.StartLine + 1)])
            && TryScanLocations(scan, profile, fields[..(LineField.Column + 1)]);
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
        for (int i = 0; i < scan.Functions.Count; i++)
        {
            if (!TryReadNumbers(scan, profile, scan.Functions[i], ProfileField.Function, i, FieldNames.Function, fields)
                || !TryAddId(scan, profile, scan.FunctionIds, scan.Functions[i], ProfileField.Function, i, fields[FunctionField.Id]))
            {
                return false;
            }

            for (int field = FunctionField.Name; field <= FunctionField.Filename; field++)
            {
                if (fields[field] >= (ulong)scan.Strings.Count)
                {
                    return FailString(scan, profile, scan.Functions[i], ProfileField.Function, i, FieldNames.Function, field, fields[field]);
                }
            }

            scan.FunctionNames.Add(new FunctionNames(
                (int)fields[FunctionField.Name], (int)fields[FunctionField.SystemName], (int)fields[FunctionField.Filename]));
        }

        return true;
    }

    private static bool TryScanLocations(ProfileScan scan, ReadOnlySpan<byte> profile, Span<ulong> lineFields)
    {
        for (int i = 0; i < scan.Locations.Count; i++)
        {
            (int start, int end) = ProfileScan.Content(profile, scan.Locations[i]);
            var reader = new WireReader(profile, start, end);
            ulong id = 0;
            ulong mapping = 0;
            ulong address = 0;
            int mappingOffset = 0;
            int lines = 0;
            while (!reader.AtEnd)
            {
                int offset = reader.Position;
                if (!reader.TryTag(out uint tag))
                {
                    return FailWire(scan, reader.Position, reader.End, i, 0);
                }

                switch (tag)
                {
                    case (LocationField.Id << 3) | (uint)WireType.Varint:
                        if (!reader.TryVarint(out id))
                        {
                            return FailWire(scan, reader.Position, reader.End, i, LocationField.Id);
                        }

                        break;
                    case (LocationField.MappingId << 3) | (uint)WireType.Varint:
                        if (!reader.TryVarint(out mapping))
                        {
                            return FailWire(scan, reader.Position, reader.End, i, LocationField.MappingId);
                        }

                        mappingOffset = offset;
                        break;
                    case (LocationField.Address << 3) | (uint)WireType.Varint:
                        if (!reader.TryVarint(out address))
                        {
                            return FailWire(scan, reader.Position, reader.End, i, LocationField.Address);
                        }

                        break;
                    case (LocationField.Line << 3) | (uint)WireType.Length:
                        if (!reader.TryLength(out int lineEnd))
                        {
                            return FailWire(scan, reader.Position, reader.End, i, LocationField.Line);
                        }

                        if (!TryScanLine(scan, profile, reader.Position, lineEnd, i, lines++, lineFields))
                        {
                            return false;
                        }

                        reader.Position = lineEnd;
                        break;
                    default:
                        int field = (int)(tag >> 3);
                        bool isFolded = tag == ((LocationField.IsFolded << 3) | (uint)WireType.Varint);
                        if (!isFolded && field <= LocationField.IsFolded)
                        {
                            return scan.Fail(offset, $"location[{i}].{FieldNames.Location[field]}", WireReader.WrongType(tag));
                        }

                        scan.HasUnknownFields |= !isFolded;
                        if (!reader.TrySkip(tag))
                        {
                            return FailWire(scan, reader.Position, reader.End, i, field);
                        }

                        break;
                }
            }

            // The last of several counts, and only that one is followed by whoever copies locations.
            int mappingIndex = -1;
            if (mapping != 0 && !scan.MappingIds.TryFind(mapping, out mappingIndex))
            {
                return scan.Fail(mappingOffset, $"location[{i}].mapping_id", $"The profile has no mapping {mapping}");
            }

            if (!TryAddId(scan, profile, scan.LocationIds, scan.Locations[i], ProfileField.Location, i, id))
            {
                return false;
            }

            scan.Addresses.Add(address);
            scan.LocationMappings.Add(mappingIndex);
            scan.LineEnds.Add(scan.LineFunctions.Count);
        }

        return true;
    }

    private static bool TryScanLine(
        ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int location, int line, Span<ulong> fields)
    {
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

    private static bool FailWire(ProfileScan scan, int offset, int fault, int location, int field) =>
        scan.Fail(
            offset, FieldNames.Inside(Path(ProfileField.Location, location), FieldNames.Location, field), WireReader.Describe(fault));

    private static string Path(int table, int index) => $"{FieldNames.Profile[table]}[{index}]";
}
