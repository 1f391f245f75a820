namespace Stoker.Pprof;

/// <summary>What <see cref="SampleScan"/> does with the samples; a struct, so that nothing of it costs a call.</summary>
internal interface ISampleSink
{
    /// <summary>
    /// The next frame, leaf first; <paramref name="index"/> is the position in the location table. Returns the hash of the stack so far, which
    /// is passed on so that it stays in a register.
    /// </summary>
    ulong Location(ulong stack, int index);

    void Value(long value);

    /// <summary>A label: <paramref name="fields"/> by their number in <see cref="LabelField"/>.</summary>
    void Label(scoped ReadOnlySpan<ulong> fields);

    /// <summary>
    /// The sample is complete and valid. Its values stand from <paramref name="valuesStart"/> to <paramref name="valuesEnd"/>, tags included,
    /// and nothing else between them unless <paramref name="isSplit"/>.
    /// </summary>
    void EndSample(ulong stack, int valuesStart, int valuesEnd, bool isSplit);
}

/// <summary>Checks all samples, step 3 of <see cref="ProfileScan"/>, and hands them to a sink. On a fault the sink has seen what came before.</summary>
internal static class SampleScan
{
    private const uint PackedLocations = (SampleField.LocationId << 3) | (uint)WireType.Length;
    private const uint OneLocation = (SampleField.LocationId << 3) | (uint)WireType.Varint;
    private const uint PackedValues = (SampleField.Value << 3) | (uint)WireType.Length;
    private const uint OneValue = (SampleField.Value << 3) | (uint)WireType.Varint;
    private const uint LabelTag = (SampleField.Label << 3) | (uint)WireType.Length;

    public static bool TryScan<TSink>(ProfileScan scan, ReadOnlySpan<byte> profile, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        Span<ulong> label = stackalloc ulong[LabelField.NumUnit + 1];
        for (int i = 0; i < scan.Samples.Count; i++)
        {
            if (!TryScanSample(scan, profile, i, label, ref sink))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryScanSample<TSink>(ProfileScan scan, ReadOnlySpan<byte> profile, int index, scoped Span<ulong> label, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        (int start, int end) = ProfileScan.Content(profile, scan.Samples[index]);
        var reader = new WireReader(profile, start, end);
        int columns = scan.SampleTypes.Count;
        ulong stack = 0;
        int locations = 0;
        int values = 0;
        int labels = 0;
        int valuesStart = start;
        int valuesEnd = start;
        bool isSplit = false;
        while (!reader.AtEnd)
        {
            int offset = reader.Position;
            if (!reader.TryTag(out uint tag))
            {
                return FailWire(scan, reader, $"sample[{index}]");
            }

            int itemsEnd = reader.Position + 1;
            switch (tag)
            {
                case PackedLocations or OneLocation:
                    if (tag == PackedLocations && !reader.TryLength(out itemsEnd))
                    {
                        return FailWire(scan, reader, $"sample[{index}].location_id");
                    }

                    var ids = new WireReader(profile, reader.Position, tag == PackedLocations ? itemsEnd : end);
                    while (ids.Position < itemsEnd)
                    {
                        int idOffset = ids.Position;
                        if (!ids.TryVarint(out ulong id))
                        {
                            return FailWire(scan, ids, $"sample[{index}].location_id[{locations}]");
                        }

                        if (!scan.LocationIds.TryFind(id, out int location))
                        {
                            return scan.Fail(
                                idOffset,
                                $"sample[{index}].location_id[{locations}]",
                                id == 0 ? "The location id is 0" : $"The profile has no location {id}");
                        }

                        locations++;
                        stack = sink.Location(stack, location);
                    }

                    reader.Position = ids.Position;
                    break;

                case PackedValues or OneValue:
                    if (tag == PackedValues && !reader.TryLength(out itemsEnd))
                    {
                        return FailWire(scan, reader, $"sample[{index}].value");
                    }

                    if (values == 0)
                    {
                        valuesStart = offset;
                    }
                    else
                    {
                        isSplit |= valuesEnd != offset;
                    }

                    var numbers = new WireReader(profile, reader.Position, tag == PackedValues ? itemsEnd : end);
                    while (numbers.Position < itemsEnd)
                    {
                        if (!numbers.TryVarint(out ulong value))
                        {
                            return FailWire(scan, numbers, $"sample[{index}].value[{values}]");
                        }

                        if (values++ == columns)
                        {
                            return FailCount(scan, offset, index, "more");
                        }

                        sink.Value((long)value);
                    }

                    reader.Position = numbers.Position;
                    valuesEnd = reader.Position;
                    break;

                case LabelTag:
                    if (!reader.TryLength(out int labelEnd))
                    {
                        return FailWire(scan, reader, $"sample[{index}].label[{labels}]");
                    }

                    if (!TryScanLabel(scan, profile, reader.Position, labelEnd, index, labels++, label))
                    {
                        return false;
                    }

                    sink.Label(label);
                    reader.Position = labelEnd;
                    break;

                default:
                    if (tag >> 3 <= SampleField.Label)
                    {
                        return scan.Fail(offset, $"sample[{index}].{FieldNames.Sample[tag >> 3]}", WireReader.WrongType(tag));
                    }

                    scan.HasUnknownFields = true;
                    if (!reader.TrySkip(tag))
                    {
                        return FailWire(scan, reader, $"sample[{index}]");
                    }

                    break;
            }
        }

        if (values != columns)
        {
            return FailCount(scan, start, index, $"{values}");
        }

        sink.EndSample(stack, valuesStart, valuesEnd, isSplit);
        return true;
    }

    private static bool TryScanLabel(
        ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int sample, int index, scoped Span<ulong> fields)
    {
        bool hasUnknown = false;
        var fault = default(MessageFault);
        if (!NumberFields.TryRead(profile, start, end, fields, ref hasUnknown, ref fault))
        {
            return scan.Fail(fault, $"sample[{sample}].label[{index}]", FieldNames.Label);
        }

        scan.HasUnknownFields |= hasUnknown;
        ulong strings = (ulong)scan.Strings.Count;
        if (fields[LabelField.Key] < strings && fields[LabelField.Str] < strings && fields[LabelField.NumUnit] < strings)
        {
            return true;
        }

        int field = fields[LabelField.Key] >= strings ? LabelField.Key : fields[LabelField.Str] >= strings ? LabelField.Str : LabelField.NumUnit;
        return scan.FailString(
            NumberFields.OffsetOf(profile, start, end, field), $"sample[{sample}].label[{index}].{FieldNames.Label[field]}", fields[field]);
    }

    private static bool FailWire(ProfileScan scan, in WireReader reader, string path) => scan.Fail(reader.FaultOffset, path, reader.Fault!);

    private static bool FailCount(ProfileScan scan, int offset, int index, string count) =>
        scan.Fail(offset, $"sample[{index}].value", $"The sample has {count} values, but the profile has {scan.SampleTypes.Count} sample types");
}
