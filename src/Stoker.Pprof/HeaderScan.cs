namespace Stoker.Pprof;

/// <summary>Reads and checks what stands for itself at the top level: sample types, period, times, remarks, fields that are not known.</summary>
internal static class HeaderScan
{
    // Real profiles have up to about 20. The limit keeps a hostile body from becoming an object for every two of its bytes.
    private const int MaxSampleTypes = 256;

    // Real names have up to about 30 bytes. All sample types may name one string, and each name becomes an object.
    private const int MaxNameLength = 1024;

    /// <summary>The numbers of the top level that are indices into the string table.</summary>
    public static ReadOnlySpan<int> StringFields =>
        [ProfileField.DropFrames, ProfileField.KeepFrames, ProfileField.DefaultSampleType, ProfileField.DocUrl];

    public static bool TryCheck(ProfileScan scan, ReadOnlySpan<byte> profile)
    {
        if (scan.SampleTypes.Count == 0)
        {
            return scan.Fail(profile.Length, "sample_type", "The profile has no sample type");
        }

        if (scan.Strings.Count == 0)
        {
            return scan.Fail(profile.Length, "string_table", "The profile has no string table");
        }

        if (!scan.String(profile, 0).IsEmpty)
        {
            return scan.Fail(scan.Strings[0], "string_table[0]", "The first string is not empty");
        }

        if ((long)scan.Samples.Count * scan.SampleTypes.Count > ProfileLimits.Values)
        {
            int first = ProfileLimits.Values / scan.SampleTypes.Count;
            return scan.Fail(
                scan.Samples[first], $"sample[{first}]", $"The profile has more than {ProfileLimits.Values} values, far more than any program");
        }

        for (int i = 0; i < scan.SampleTypes.Count; i++)
        {
            if (!TryCheckType(scan, profile, scan.SampleTypes[i], ProfileField.SampleType, i))
            {
                return false;
            }
        }

        if (scan.PeriodType is { } period && !TryCheckType(scan, profile, period, ProfileField.PeriodType, -1))
        {
            return false;
        }

        foreach (int field in StringFields)
        {
            if ((ulong)scan.Header[field] >= (ulong)scan.Strings.Count)
            {
                return scan.FailString(
                    NumberFields.OffsetOf(profile, 0, profile.Length, field), FieldNames.Profile[field], (ulong)scan.Header[field]);
            }
        }

        for (int i = 0; i < scan.Comments.Count; i++)
        {
            if ((uint)scan.Comments[i] >= (uint)scan.Strings.Count)
            {
                int offset = NumberFields.OffsetOf(profile, 0, profile.Length, ProfileField.Comment);
                return scan.FailString(offset, $"comment[{i}]", (ulong)scan.Comments[i]);
            }
        }

        return true;
    }

    private static bool TryCheckType(ProfileScan scan, ReadOnlySpan<byte> profile, (int Type, int Unit) type, int field, int item)
    {
        bool isType = (uint)type.Type >= (uint)scan.Strings.Count;
        int length = 0;
        if (!isType && (uint)type.Unit < (uint)scan.Strings.Count)
        {
            length = Math.Max(scan.String(profile, type.Type).Length, scan.String(profile, type.Unit).Length);
            if (length <= MaxNameLength)
            {
                return true;
            }
        }

        string path = item < 0 ? FieldNames.Profile[field] : $"{FieldNames.Profile[field]}[{item}]";
        int offset = NumberFields.OffsetOf(profile, 0, profile.Length, field, item);
        return length > 0
            ? scan.Fail(offset, path, $"The name has {length} bytes, more than {MaxNameLength}")
            : scan.FailString(offset, $"{path}.{(isType ? "type" : "unit")}", (ulong)(isType ? type.Type : type.Unit));
    }

    /// <summary>Reads a field of the top level that stands for itself. Returns where the next one begins, or -1.</summary>
    public static int Read(ProfileScan scan, ReadOnlySpan<byte> profile, uint tag, int start, int position)
    {
        int field = (int)(tag >> 3);
        int end = field switch
        {
            ProfileField.SampleType or ProfileField.PeriodType => ScanValueType(scan, profile, tag, start, position),
            ProfileField.Comment => ScanComment(scan, profile, tag, start, position),
            >= ProfileField.Sample and <= ProfileField.StringTable => FailType(scan, start, field, tag),
            <= ProfileField.DocUrl => ScanNumber(scan, profile, tag, start, position),
            _ => SkipUnknown(scan, profile, tag, position),
        };
        if (end < 0 || field is ProfileField.TimeNanos or ProfileField.DurationNanos)
        {
            return end;
        }

        if (scan.Others.Count > 0 && scan.Others[scan.Others.Count - 1] == start)
        {
            scan.Others[scan.Others.Count - 1] = end;
        }
        else if (scan.Others.Count == 2 * ProfileLimits.Pieces)
        {
            scan.Fail(start, FieldNames.Profile[Math.Min(field, ProfileField.DocUrl)], $"The fields of the profile stand in more than {ProfileLimits.Pieces} pieces");
            return -1;
        }
        else
        {
            scan.Others.Add(start);
            scan.Others.Add(end);
        }

        return end;
    }

    private static int ScanNumber(ProfileScan scan, ReadOnlySpan<byte> profile, uint tag, int start, int position)
    {
        int field = (int)(tag >> 3);
        if ((tag & 7) != (uint)WireType.Varint)
        {
            return FailType(scan, start, field, tag);
        }

        var reader = new WireReader(profile, position, profile.Length);
        if (!reader.TryVarint(out ulong value))
        {
            scan.Fail(reader.Position, FieldNames.Profile[field], WireReader.Describe(reader.End));
            return -1;
        }

        scan.Header[field] = (long)value;
        return reader.Position;
    }

    private static int ScanValueType(ProfileScan scan, ReadOnlySpan<byte> profile, uint tag, int start, int position)
    {
        bool isColumn = tag >> 3 == ProfileField.SampleType;
        if ((tag & 7) != (uint)WireType.Length)
        {
            scan.Fail(start, Path(scan, isColumn), WireReader.WrongType(tag));
            return -1;
        }

        var reader = new WireReader(profile, position, profile.Length);
        if (!reader.TryLength(out int end))
        {
            scan.Fail(reader.Position, Path(scan, isColumn), WireReader.Describe(reader.End));
            return -1;
        }

        if (isColumn && scan.SampleTypes.Count == MaxSampleTypes)
        {
            scan.Fail(start, Path(scan, isColumn), $"The profile has more than {MaxSampleTypes} sample types");
            return -1;
        }

        Span<ulong> fields = stackalloc ulong[ValueTypeField.Unit + 1];
        if (!scan.TryReadNumbers(profile, reader.Position, end, fields))
        {
            scan.Fail(NumberFields.FindFault(profile, reader.Position, end, fields.Length), Path(scan, isColumn), FieldNames.ValueType);
            return -1;
        }

        // Indices are checked when the whole string table is known; one that is no int is in no table.
        var columns = (Index(fields[ValueTypeField.Type]), Index(fields[ValueTypeField.Unit]));
        if (isColumn)
        {
            scan.SampleTypes.Add(columns);
        }
        else
        {
            scan.PeriodType = columns;
        }

        return end;
    }

    private static string Path(ProfileScan scan, bool isColumn) => isColumn ? $"sample_type[{scan.SampleTypes.Count}]" : "period_type";

    private static int ScanComment(ProfileScan scan, ReadOnlySpan<byte> profile, uint tag, int start, int position)
    {
        var reader = new WireReader(profile, position, profile.Length);
        int end = position;
        bool isPacked = (tag & 7) == (uint)WireType.Length;
        if (isPacked && !reader.TryLength(out end))
        {
            scan.Fail(reader.Position, "comment", WireReader.Describe(reader.End));
            return -1;
        }

        if (!isPacked && (tag & 7) != (uint)WireType.Varint)
        {
            scan.Fail(start, "comment", WireReader.WrongType(tag));
            return -1;
        }

        reader = new WireReader(profile, reader.Position, isPacked ? end : profile.Length);
        while (isPacked ? !reader.AtEnd : reader.Position == position)
        {
            if (!reader.TryVarint(out ulong index))
            {
                scan.Fail(reader.Position, $"comment[{scan.Comments.Count}]", WireReader.Describe(reader.End));
                return -1;
            }

            if (scan.Comments.Count == ProfileLimits.Comments)
            {
                scan.Fail(start, "comment", $"The profile has more than {ProfileLimits.Comments} comments");
                return -1;
            }

            scan.Comments.Add(Index(index));
        }

        return reader.Position;
    }

    private static int FailType(ProfileScan scan, int offset, int field, uint tag)
    {
        scan.Fail(offset, FieldNames.Profile[field], WireReader.WrongType(tag));
        return -1;
    }

    private static int SkipUnknown(ProfileScan scan, ReadOnlySpan<byte> profile, uint tag, int position)
    {
        scan.HasUnknownFields = true;
        var reader = new WireReader(profile, position, profile.Length);
        if (reader.TrySkip(tag))
        {
            return reader.Position;
        }

        scan.Fail(reader.Position, "profile", WireReader.Describe(reader.End));
        return -1;
    }

    private static int Index(ulong index) => index > int.MaxValue ? -1 : (int)index;
}
