using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Stoker.Pprof;

/// <summary>
/// Checks all samples, step 3 of <see cref="ProfileScan"/>, and hands them to a sink. On a fault the sink has seen what came before.
/// </summary>
internal static class SampleScan
{
    public const uint PackedLocations = (SampleField.LocationId << 3) | (uint)WireType.Length;
    public const uint OneLocation = (SampleField.LocationId << 3) | (uint)WireType.Varint;
    public const uint PackedValues = (SampleField.Value << 3) | (uint)WireType.Length;
    public const uint OneValue = (SampleField.Value << 3) | (uint)WireType.Varint;
    public const uint LabelTag = (SampleField.Label << 3) | (uint)WireType.Length;

    public static bool TryScan<TSink>(ProfileScan scan, ReadOnlySpan<byte> profile, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        ReadOnlySpan<int> samples = scan.Samples.Items;
        for (int i = 0; i < samples.Length; i++)
        {
            if (!TryScanSample(scan, profile, samples[i], i, ref sink))
            {
                return false;
            }
        }

        return true;
    }

    private static bool TryScanSample<TSink>(
        ProfileScan scan, ReadOnlySpan<byte> profile, int lengthOffset, int index, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        int start = Varint.ReadLength(profile, lengthOffset, profile.Length, out int end);
        int columns = scan.SampleTypes.Count;
        int row = index * columns;
        int values = 0;
        int labels = 0;
        int position = start;
        while (position < end)
        {
            int offset = position;
            uint tag = profile[position++];
            if (tag >= 0x80)
            {
                // A tag in more bytes than it needs is allowed.
                position = Varint.ReadOutOfLine(profile, offset, end, out ulong wide);
                if (position < 0 || wide > uint.MaxValue)
                {
                    return SampleFault.Tag(scan, profile, offset, end, index);
                }

                tag = (uint)wide;
            }

            switch (tag)
            {
                case PackedLocations:
                    {
                        int first = Varint.ReadLength(profile, position, end, out int idsEnd);
                        position = first < 0 ? first : ScanIds(scan.LocationIds, profile, first, idsEnd, ref sink);
                        if (position < 0)
                        {
                            return SampleFault.Numbers(scan, profile, start, end, index, SampleField.LocationId);
                        }

                        break;
                    }

                case OneLocation:
                    {
                        position = Varint.ReadOutOfLine(profile, position, end, out ulong id);
                        if (position < 0 || !scan.LocationIds.TryFind(id, out int location))
                        {
                            return SampleFault.Numbers(scan, profile, start, end, index, SampleField.LocationId);
                        }

                        sink.Location(location);
                        break;
                    }

                case PackedValues or OneValue:
                    {
                        position = tag == PackedValues
                            ? ScanValues(profile, position, end, row, ref values, columns, ref sink)
                            : ScanValue(profile, position, end, row, ref values, columns, ref sink);
                        if (position < 0)
                        {
                            return SampleFault.Numbers(scan, profile, start, end, index, SampleField.Value);
                        }

                        break;
                    }

                case LabelTag:
                    {
                        int first = Varint.ReadLength(profile, position, end, out int labelEnd);
                        if (first < 0)
                        {
                            return SampleFault.Wire(scan, position, first, index, SampleField.Label, labels);
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
                        position = SkipUnknown(scan, profile, tag, offset, position, end, index);
                        if (position < 0)
                        {
                            return false;
                        }

                        break;
                    }
            }
        }

        if (values != columns)
        {
            return SampleFault.Count(scan, start, index, $"{values}");
        }

        sink.EndSample(index);
        return true;
    }

    // What follows is out of line, because only in small methods the compiler keeps everything in registers.

    /// <summary>Hands packed ids to the sink. Returns where they end; below 0 where one is cut, too long or of no location.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ScanIds<TSink>(
        IdTable locationIds, ReadOnlySpan<byte> profile, int position, int end, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        int locations = locationIds.Count;
        bool isSequential = locationIds.IsSequential;
        while (position < end)
        {
            Vector128<ushort> ids = default;
            int count = 0;
            int length = isSequential ? PackedIds.Decode(profile[position..], end - position, out ids, out count) : 0;
            if (length == 0)
            {
                position = Varint.Read(profile, position, end, out ulong id);
                if (position < 0 || !locationIds.TryFind(id, out int location))
                {
                    return WireReader.CutNumber;
                }

                sink.Location(location);
                continue;
            }

            if (!PackedIds.AreUpTo(locations, ids, count))
            {
                return WireReader.CutNumber;
            }

            sink.Locations(ids, count);
            position += length;
        }

        return position;
    }

    /// <summary>Hands packed values to the sink. Returns where they end; below 0 where one is cut or too long, or one too many.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ScanValues<TSink>(
        ReadOnlySpan<byte> profile, int position, int end, int row, scoped ref int values, int columns, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        position = Varint.ReadLength(profile, position, end, out int valuesEnd);
        int count = values;
        while (position >= 0 && position < valuesEnd)
        {
            position = Varint.Read(profile, position, valuesEnd, out ulong value);
            if (count == columns)
            {
                return WireReader.CutNumber;
            }

            sink.Value(row + count++, (long)value);
        }

        values = count;
        return position;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static int ScanValue<TSink>(
        ReadOnlySpan<byte> profile, int position, int end, int row, scoped ref int values, int columns, ref TSink sink)
        where TSink : struct, ISampleSink, allows ref struct
    {
        position = Varint.Read(profile, position, end, out ulong value);
        if (values == columns)
        {
            return WireReader.CutNumber;
        }

        sink.Value(row + values++, (long)value);
        return position;
    }

    private static int SkipUnknown(ProfileScan scan, ReadOnlySpan<byte> profile, uint tag, int offset, int position, int end, int index)
    {
        if (tag < 8)
        {
            SampleFault.Tag(scan, profile, offset, end, index);
            return -1;
        }

        if (tag >> 3 <= SampleField.Label)
        {
            scan.Fail(offset, SampleFault.Path(index, (int)(tag >> 3), -1), WireReader.WrongType(tag));
            return -1;
        }

        scan.HasUnknownFields = true;
        var reader = new WireReader(profile, position, end);
        if (!reader.TrySkip(tag))
        {
            SampleFault.Wire(scan, reader.Position, reader.End, index, 0, -1);
            return -1;
        }

        return reader.Position;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static bool TryScanLabel(
        ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int sample, int index, out LabelFields label)
    {
        ulong key = 0;
        ulong text = 0;
        ulong number = 0;
        ulong unit = 0;
        int position = start;
        while (position >= 0 && position < end)
        {
            uint tag = profile[position];
            position = Varint.Read(profile, position + 1, end, out ulong value);
            switch (tag)
            {
                case LabelField.Key << 3:
                    key = value;
                    break;
                case LabelField.Str << 3:
                    text = value;
                    break;
                case LabelField.Num << 3:
                    number = value;
                    break;
                case LabelField.NumUnit << 3:
                    unit = value;
                    break;
                default:
                    return TryScanOddLabel(scan, profile, start, end, sample, index, out label);
            }
        }

        ulong strings = (ulong)scan.Strings.Count;
        label = new LabelFields((int)key, (int)text, (long)number, (int)unit);
        return (position >= 0 && key < strings && text < strings && unit < strings)
            || TryScanOddLabel(scan, profile, start, end, sample, index, out label);
    }

    /// <summary>A label with unknown fields, or with a fault.</summary>
    private static bool TryScanOddLabel(
        ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int sample, int index, out LabelFields label)
    {
        Span<ulong> fields = stackalloc ulong[LabelField.NumUnit + 1];
        if (!scan.TryReadNumbers(profile, start, end, fields))
        {
            label = default;
            MessageFault fault = NumberFields.FindFault(profile, start, end, fields.Length);
            return scan.Fail(fault, SampleFault.Path(sample, SampleField.Label, index), FieldNames.Label);
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
            $"{SampleFault.Path(sample, SampleField.Label, index)}.{FieldNames.Label[field]}",
            fields[field]);
    }
}
