using System.Buffers.Binary;
using System.Runtime.CompilerServices;

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

    void Label(LabelFields label);

    /// <summary>
    /// The sample is complete and valid. Its values stand from <paramref name="valuesStart"/> to <paramref name="valuesEnd"/>, tags included,
    /// and nothing else between them unless <paramref name="isSplit"/>.
    /// </summary>
    void EndSample(ulong stack, int valuesStart, int valuesEnd, bool isSplit);
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

    public static bool TryScan<TSink>(ProfileScan scan, ReadOnlySpan<byte> profile, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        for (int i = 0; i < scan.Samples.Count; i++)
        {
            if (!TryScanSample(scan, profile, i, ref sink))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryScanSample<TSink>(ProfileScan scan, ReadOnlySpan<byte> profile, int index, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        (int start, int end) = ProfileScan.Content(profile, scan.Samples[index]);
        var reader = new WireReader(profile, start, end);
        IdTable locationIds = scan.LocationIds;
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
                return FailWire(scan, reader.Position, reader.End, index, 0, -1);
            }

            switch (tag)
            {
                case PackedLocations:
                    {
                        if (!reader.TryLength(out int idsEnd))
                        {
                            return FailWire(scan, reader.Position, reader.End, index, SampleField.LocationId, -1);
                        }

                        int position = reader.Position;
                        while (position < idsEnd)
                        {
                            int next = ReadId(profile, position, idsEnd, out ulong id);
                            if (next < 0)
                            {
                                return FailWire(scan, position, next, index, SampleField.LocationId, locations);
                            }

                            if (!locationIds.TryFind(id, out int location))
                            {
                                return FailLocation(scan, position, index, locations, id);
                            }

                            position = next;
                            locations++;
                            stack = sink.Location(stack, location);
                        }

                        reader.Position = idsEnd;
                        break;
                    }

                case OneLocation:
                    {
                        if (!reader.TryVarint(out ulong id))
                        {
                            return FailWire(scan, reader.Position, reader.End, index, SampleField.LocationId, locations);
                        }

                        if (!locationIds.TryFind(id, out int location))
                        {
                            return FailLocation(scan, offset, index, locations, id);
                        }

                        locations++;
                        stack = sink.Location(stack, location);
                        break;
                    }

                case PackedValues or OneValue:
                    {
                        int numbersEnd = reader.Position + 1;
                        if (tag == PackedValues && !reader.TryLength(out numbersEnd))
                        {
                            return FailWire(scan, reader.Position, reader.End, index, SampleField.Value, -1);
                        }

                        valuesStart = values == 0 ? offset : valuesStart;
                        isSplit |= values != 0 && valuesEnd != offset;
                        var numbers = new WireReader(profile, reader.Position, tag == PackedValues ? numbersEnd : end);
                        while (numbers.Position < numbersEnd)
                        {
                            if (!numbers.TryVarint(out ulong value))
                            {
                                return FailWire(scan, numbers.Position, numbers.End, index, SampleField.Value, values);
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
                    }

                case LabelTag:
                    {
                        if (!reader.TryLength(out int labelEnd))
                        {
                            return FailWire(scan, reader.Position, reader.End, index, SampleField.Label, labels);
                        }

                        if (!TryScanLabel(scan, profile, reader.Position, labelEnd, index, labels++, out LabelFields label))
                        {
                            return false;
                        }

                        sink.Label(label);
                        reader.Position = labelEnd;
                        break;
                    }

                default:
                    if (tag >> 3 <= SampleField.Label)
                    {
                        return scan.Fail(offset, Path(index, (int)(tag >> 3), -1), WireReader.WrongType(tag));
                    }

                    scan.HasUnknownFields = true;
                    if (!reader.TrySkip(tag))
                    {
                        return FailWire(scan, reader.Position, reader.End, index, 0, -1);
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

    /// <summary>
    /// Reads a number of one or two bytes without a branch between the two, because ids below and above 128 come in no order and each wrong
    /// guess would cost as much as several ids. Returns the position behind it, or the fault.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int ReadId(ReadOnlySpan<byte> profile, int position, int end, out ulong value)
    {
        if (end - position >= sizeof(ushort))
        {
            uint pair = BinaryPrimitives.ReadUInt16LittleEndian(profile[position..]);
            if ((pair & 0x8080) != 0x8080)
            {
                uint isLong = (pair >> 7) & 1;
                value = (pair & 0x7F) | ((pair >> 1) & 0x3F80 & (0 - isLong));
                return position + 1 + (int)isLong;
            }
        }

        return WireReader.LongVarint(profile, position, end, out value);
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

    private static bool FailWire(ProfileScan scan, int offset, int fault, int index, int field, int item) =>
        scan.Fail(offset, Path(index, field, item), WireReader.Describe(fault));

    private static bool FailLocation(ProfileScan scan, int offset, int index, int item, ulong id) =>
        scan.Fail(offset, Path(index, SampleField.LocationId, item), id == 0 ? "The location id is 0" : $"The profile has no location {id}");

    private static bool FailCount(ProfileScan scan, int offset, int index, string count) =>
        scan.Fail(
            offset,
            Path(index, SampleField.Value, -1),
            $"The sample has {count} values, but the profile has {scan.SampleTypes.Count} sample types");

    private static string Path(int index, int field, int item) =>
        FieldNames.Inside($"sample[{index}]", FieldNames.Sample, field) + (item < 0 ? "" : $"[{item}]");
}
