namespace Stoker.Pprof;

/// <summary>What <see cref="SampleScan"/> does with the samples; a struct, so that nothing of it costs a call.</summary>
internal interface ISampleSink
{
    /// <summary>
    /// The next frame, leaf first; <paramref name="index"/> is the position in the location table. Returns the hash of the stack so far, which
    /// is passed on so that it stays in a register.
    /// </summary>
    ulong Location(ulong stack, int index);

    /// <summary>A value; <paramref name="index"/> counts over all samples.</summary>
    void Value(int index, long value);

    void Label(LabelFields label);

    /// <summary>The sample is complete and valid.</summary>
    void EndSample(int index, ulong stack);
}

/// <summary>A label; texts are indices into the string table.</summary>
internal readonly record struct LabelFields(int Key, int Text, long Number, int Unit);

/// <summary>
/// Checks all samples, step 3 of <see cref="ProfileScan"/>, and hands them to a sink. On a fault the sink has seen what came before.
/// </summary>
internal static class SampleScan
{
    private const uint PackedLocations = (SampleField.LocationId << 3) | (uint)WireType.Length;
    private const uint OneLocation = (SampleField.LocationId << 3) | (uint)WireType.Varint;
    private const uint PackedValues = (SampleField.Value << 3) | (uint)WireType.Length;
    private const uint OneValue = (SampleField.Value << 3) | (uint)WireType.Varint;
    private const uint LabelTag = (SampleField.Label << 3) | (uint)WireType.Length;

    // Ids are decoded in portions of this many.
    private const int Portion = 128;

    public static bool TryScan<TSink>(ProfileScan scan, ReadOnlySpan<byte> profile, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        Span<ushort> ids = stackalloc ushort[Portion];
        ReadOnlySpan<int> samples = scan.Samples.Items;
        for (int i = 0; i < samples.Length; i++)
        {
            if (!TryScanSample(scan, profile, samples[i], i, ids, ref sink))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryScanSample<TSink>(
        ProfileScan scan, ReadOnlySpan<byte> profile, int lengthOffset, int index, scoped Span<ushort> ids, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        int start = Varint.ReadLength(profile, lengthOffset, profile.Length, out int end);
        int columns = scan.SampleTypes.Count;
        int row = index * columns;
        ulong stack = 0;
        int values = 0;
        int labels = 0;
        int position = start;
        while (position < end)
        {
            int offset = position;
            uint tag = profile[position++];
            if (tag is < 8 or >= 0x80)
            {
                var reader = new WireReader(profile, offset, end);
                if (!reader.TryTag(out tag))
                {
                    return FailWire(scan, reader.Position, reader.End, index, 0, -1);
                }

                position = reader.Position;
            }

            switch (tag)
            {
                case PackedLocations:
                    {
                        int first = Varint.ReadLength(profile, position, end, out int idsEnd);
                        position = first < 0 ? first : ScanIds(scan.LocationIds, profile, first, idsEnd, ids, ref stack, ref sink);
                        if (position < 0)
                        {
                            return FailIds(scan, profile, start, end, index);
                        }

                        break;
                    }

                case OneLocation:
                    {
                        position = Varint.Read(profile, position, end, out ulong id);
                        if (position < 0 || !scan.LocationIds.TryFind(id, out int location))
                        {
                            return FailIds(scan, profile, start, end, index);
                        }

                        stack = sink.Location(stack, location);
                        break;
                    }

                case PackedValues:
                    {
                        int first = Varint.ReadLength(profile, position, end, out int valuesEnd);
                        if (first < 0)
                        {
                            return FailWire(scan, position, first, index, SampleField.Value, -1);
                        }

                        position = first;
                        while (position < valuesEnd)
                        {
                            int next = Varint.Read(profile, position, valuesEnd, out ulong value);
                            if (next < 0)
                            {
                                return FailWire(scan, position, next, index, SampleField.Value, values);
                            }

                            if (values == columns)
                            {
                                return FailCount(scan, offset, index, "more");
                            }

                            sink.Value(row + values++, (long)value);
                            position = next;
                        }

                        break;
                    }

                case OneValue:
                    {
                        int next = Varint.Read(profile, position, end, out ulong value);
                        if (next < 0)
                        {
                            return FailWire(scan, position, next, index, SampleField.Value, values);
                        }

                        if (values == columns)
                        {
                            return FailCount(scan, offset, index, "more");
                        }

                        sink.Value(row + values++, (long)value);
                        position = next;
                        break;
                    }

                case LabelTag:
                    {
                        int first = Varint.ReadLength(profile, position, end, out int labelEnd);
                        if (first < 0)
                        {
                            return FailWire(scan, position, first, index, SampleField.Label, labels);
                        }

                        if (!TryScanLabel(scan, profile, first, labelEnd, index, labels++, out LabelFields label))
                        {
                            return false;
                        }

                        sink.Label(label);
                        position = labelEnd;
                        break;
                    }

                default:
                    {
                        if (tag >> 3 <= SampleField.Label)
                        {
                            return scan.Fail(offset, Path(index, (int)(tag >> 3), -1), WireReader.WrongType(tag));
                        }

                        scan.HasUnknownFields = true;
                        var reader = new WireReader(profile, position, end);
                        if (!reader.TrySkip(tag))
                        {
                            return FailWire(scan, reader.Position, reader.End, index, 0, -1);
                        }

                        position = reader.Position;
                        break;
                    }
            }
        }

        if (values != columns)
        {
            return FailCount(scan, start, index, $"{values}");
        }

        sink.EndSample(index, stack);
        return true;
    }

    /// <summary>Hands packed ids to the sink. Returns where they end; below 0 where one is cut, too long or of no location.</summary>
    private static int ScanIds<TSink>(
        IdTable locationIds, ReadOnlySpan<byte> profile, int position, int end, scoped Span<ushort> portion, scoped ref ulong stack, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        ulong hash = stack;
        while (position < end)
        {
            int next = PackedIds.Decode(profile, position, end, portion, out int count);
            foreach (ushort id in portion[..count])
            {
                if (!locationIds.TryFind(id, out int location))
                {
                    return WireReader.CutNumber;
                }

                hash = sink.Location(hash, location);
            }

            if (next == position)
            {
                next = Varint.Read(profile, position, end, out ulong id);
                if (next < 0 || !locationIds.TryFind(id, out int location))
                {
                    return WireReader.CutNumber;
                }

                hash = sink.Location(hash, location);
            }

            position = next;
        }

        stack = hash;
        return position;
    }

    private static bool TryScanLabel(
        ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int sample, int index, out LabelFields label)
    {
        Span<ulong> fields = stackalloc ulong[LabelField.NumUnit + 1];
        if (!scan.TryReadNumbers(profile, start, end, fields))
        {
            label = default;
            MessageFault fault = NumberFields.FindFault(profile, start, end, fields.Length);
            return scan.Fail(fault, Path(sample, SampleField.Label, index), FieldNames.Label);
        }

        label = new LabelFields(
            (int)fields[LabelField.Key], (int)fields[LabelField.Str], (long)fields[LabelField.Num], (int)fields[LabelField.NumUnit]);
        ulong strings = (ulong)scan.Strings.Count;
        if (fields[LabelField.Key] < strings && fields[LabelField.Str] < strings && fields[LabelField.NumUnit] < strings)
        {
            return true;
        }

        int field = fields[LabelField.Key] >= strings ? LabelField.Key : fields[LabelField.Str] >= strings ? LabelField.Str : LabelField.NumUnit;
        return scan.FailString(
            NumberFields.OffsetOf(profile, start, end, field),
            $"{Path(sample, SampleField.Label, index)}.{FieldNames.Label[field]}",
            fields[field]);
    }

    /// <summary>Goes through the locations of a sample once more, one by one, for the first that is at fault.</summary>
    private static bool FailIds(ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int index)
    {
        int item = 0;
        var reader = new WireReader(profile, start, end);
        while (true)
        {
            int offset = reader.Position;
            reader.TryTag(out uint tag);
            if (tag is not (PackedLocations or OneLocation))
            {
                reader.TrySkip(tag);
                continue;
            }

            int idsEnd = reader.Position + 1;
            if (tag == PackedLocations && !reader.TryLength(out idsEnd))
            {
                return FailWire(scan, reader.Position, reader.End, index, SampleField.LocationId, -1);
            }

            var ids = new WireReader(profile, reader.Position, tag == PackedLocations ? idsEnd : end);
            while (ids.Position < idsEnd)
            {
                int at = tag == PackedLocations ? ids.Position : offset;
                if (!ids.TryVarint(out ulong id))
                {
                    return FailWire(scan, ids.Position, ids.End, index, SampleField.LocationId, item);
                }

                if (!scan.LocationIds.TryFind(id, out _))
                {
                    return scan.Fail(
                        at, Path(index, SampleField.LocationId, item), id == 0 ? "The location id is 0" : $"The profile has no location {id}");
                }

                item++;
            }

            reader.Position = ids.Position;
        }
    }

    private static bool FailWire(ProfileScan scan, int offset, int fault, int index, int field, int item) =>
        scan.Fail(offset, Path(index, field, item), WireReader.Describe(fault));

    private static bool FailCount(ProfileScan scan, int offset, int index, string count) =>
        scan.Fail(
            offset,
            Path(index, SampleField.Value, -1),
            $"The sample has {count} values, but the profile has {scan.SampleTypes.Count} sample types");

    private static string Path(int index, int field, int item) =>
        FieldNames.Inside($"sample[{index}]", FieldNames.Sample, field) + (item < 0 ? "" : $"[{item}]");
}
