namespace Stoker.Pprof;

/// <summary>Reads and checks what stands for itself at the top level: sample types, period, times, remarks, fields that are not known.</summary>
internal static class HeaderScan
{
    // Real profiles have up to about 20. The limit keeps a hostile body from becoming an object for every two of its bytes.
    private const int MaxSampleTypes = 256;

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

        foreach ((string path, (int offset, int index)) in scan.HeaderStrings)
        {
            if (index >= scan.Strings.Count)
            {
                return scan.FailString(offset, path, (ulong)index);
            }
        }

        for (int i = 0; i < scan.Comments.Count; i++)
        {
            if (scan.Comments[i] >= scan.Strings.Count)
            {
                return scan.FailString(profile.Length, $"comment[{i}]", (ulong)scan.Comments[i]);
            }
        }

        return true;
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
        bool isString = field is ProfileField.DropFrames or ProfileField.KeepFrames or ProfileField.DefaultSampleType or ProfileField.DocUrl;
        return !isString || TryUseString(scan, start, FieldNames.Profile[field], value) ? reader.Position : -1;
    }

    private static int ScanValueType(ProfileScan scan, ReadOnlySpan<byte> profile, uint tag, int start, int position)
    {
        bool isColumn = tag >> 3 == ProfileField.SampleType;
        string path = isColumn ? $"sample_type[{scan.SampleTypes.Count}]" : "period_type";
        if ((tag & 7) != (uint)WireType.Length)
        {
            scan.Fail(start, path, WireReader.WrongType(tag));
            return -1;
        }

        var reader = new WireReader(profile, position, profile.Length);
        if (!reader.TryLength(out int end))
        {
            scan.Fail(reader.Position, path, WireReader.Describe(reader.End));
            return -1;
        }

        if (isColumn && scan.SampleTypes.Count == MaxSampleTypes)
        {
            scan.Fail(start, path, $"The profile has more than {MaxSampleTypes} sample types");
            return -1;
        }

        Span<ulong> fields = stackalloc ulong[ValueTypeField.Unit + 1];
        if (!scan.TryReadNumbers(profile, reader.Position, end, fields))
        {
            scan.Fail(NumberFields.FindFault(profile, reader.Position, end, fields.Length), path, FieldNames.ValueType);
            return -1;
        }

        if (!TryUseString(scan, start, path + ".type", fields[ValueTypeField.Type]) || !TryUseString(scan, start, path + ".unit", fields[ValueTypeField.Unit]))
        {
            return -1;
        }

        var columns = ((int)fields[ValueTypeField.Type], (int)fields[ValueTypeField.Unit]);
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
            int offset = reader.Position;
            if (!reader.TryVarint(out ulong index))
            {
                scan.Fail(reader.Position, $"comment[{scan.Comments.Count}]", WireReader.Describe(reader.End));
                return -1;
            }

            if (index > int.MaxValue)
            {
                scan.FailString(offset, $"comment[{scan.Comments.Count}]", index);
                return -1;
            }

            scan.Comments.Add((int)index);
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

    // The index is checked when the whole string table is known; of a field that comes again only the last one counts.
    private static bool TryUseString(ProfileScan scan, int offset, string path, ulong index)
    {
        if (index > int.MaxValue)
        {
            return scan.FailString(offset, path, index);
        }

        scan.HeaderStrings[path] = (offset, (int)index);
        return true;
    }
}
