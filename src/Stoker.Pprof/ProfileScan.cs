using System.Text;
using System.Text.Unicode;

namespace Stoker.Pprof;

/// <summary>
/// Checks a plain profile and holds where its parts are. Offsets in the lists point at the length of an item, behind its tag.
/// The order is: (1) the top level and the strings, (2) mappings, functions and locations (<see cref="TableScan"/>), (3) samples
/// (<see cref="SampleScan"/>). So the first fault that is reported is one in a table before one in what refers to it, and within a table the
/// first by offset. Its lists come from the shared pool and are held until <see cref="Dispose"/>.
/// </summary>
internal sealed class ProfileScan : IDisposable
{
    // Real profiles have up to about 20. The limit keeps a hostile body from becoming an object for every two of its bytes.
    private const int MaxSampleTypes = 256;

    private const uint SampleTag = (ProfileField.Sample << 3) | (uint)WireType.Length;
    private const uint MappingTag = (ProfileField.Mapping << 3) | (uint)WireType.Length;
    private const uint LocationTag = (ProfileField.Location << 3) | (uint)WireType.Length;
    private const uint FunctionTag = (ProfileField.Function << 3) | (uint)WireType.Length;
    private const uint StringTag = (ProfileField.StringTable << 3) | (uint)WireType.Length;


    public PooledList<int> Strings { get; } = new();

    public PooledList<int> Samples { get; } = new();

    public PooledList<int> Mappings { get; } = new();

    public PooledList<int> Functions { get; } = new();

    public PooledList<int> Locations { get; } = new();

    /// <summary>The address of each location; 0 where it has none.</summary>
    public PooledList<ulong> Addresses { get; } = new();

    /// <summary>The position of each location's mapping; -1 where it has none.</summary>
    public PooledList<int> LocationMappings { get; } = new();

    /// <summary>The positions of the functions of all lines, location after location.</summary>
    public PooledList<int> LineFunctions { get; } = new();

    /// <summary>Where in <see cref="LineFunctions"/> the lines of each location end.</summary>
    public PooledList<int> LineEnds { get; } = new();

    public PooledList<FunctionNames> FunctionNames { get; } = new();

    /// <summary>Start and end, in turn, of all that is neither sample, table, string, time nor duration; neighbours are joined.</summary>
    public PooledList<int> Others { get; } = new();

    /// <summary>Where the top level and the messages of types refer to a string, by the path of the field.</summary>
    public Dictionary<string, (int Offset, int Index)> HeaderStrings { get; } = [];

    /// <summary>The indices of the remarks in the string table.</summary>
    public PooledList<int> Comments { get; } = new();

    public IdTable MappingIds { get; } = new();

    public IdTable FunctionIds { get; } = new();

    public IdTable LocationIds { get; } = new();

    /// <summary>The columns, as indices into the string table.</summary>
    public List<(int Type, int Unit)> SampleTypes { get; } = [];

    public (int Type, int Unit)? PeriodType { get; private set; }

    /// <summary>The varint fields of the top level by their number.</summary>
    public long[] Header { get; } = new long[ProfileField.DocUrl + 1];

    /// <summary>Whether there are fields that <c>profile.proto</c> does not have, or not yet. They may refer to any string.</summary>
    public bool HasUnknownFields { get; set; }

    public PprofError? Error { get; private set; }

    /// <summary>Steps 1 and 2: everything but the samples.</summary>
    public bool TryScan(ReadOnlySpan<byte> profile) =>
        TryScanTopLevel(profile) && TryCheckHeader(profile) && TableScan.TryScan(this, profile);

    /// <summary>The content of an item that one of the lists points at.</summary>
    public static (int Start, int End) Content(ReadOnlySpan<byte> profile, int lengthOffset)
    {
        var reader = new WireReader(profile, lengthOffset, profile.Length);
        return reader.TryLength(out int end) ? (reader.Position, end) : throw new InvalidOperationException("The profile has changed.");
    }

    public ReadOnlySpan<byte> String(ReadOnlySpan<byte> profile, int index)
    {
        (int start, int end) = Content(profile, Strings[index]);
        return profile[start..end];
    }

    public string Text(ReadOnlySpan<byte> profile, int index) => Encoding.UTF8.GetString(String(profile, index));

    public ProfileSummary Summarize(ReadOnlySpan<byte> profile)
    {
        var types = new SampleType[SampleTypes.Count];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = new SampleType(Text(profile, SampleTypes[i].Type), Text(profile, SampleTypes[i].Unit));
        }

        SampleType? periodType = PeriodType is var (type, unit) ? new SampleType(Text(profile, type), Text(profile, unit)) : null;
        return new ProfileSummary(
            types,
            periodType,
            Header[ProfileField.Period],
            Header[ProfileField.TimeNanos],
            Header[ProfileField.DurationNanos],
            Samples.Count,
            Locations.Count,
            Functions.Count,
            Mappings.Count);
    }

    /// <summary>Reads a message of numbers and keeps in mind whether it had unknown ones.</summary>
    public bool TryReadNumbers(ReadOnlySpan<byte> profile, int start, int end, scoped Span<ulong> fields)
    {
        NumbersOutcome outcome = NumberFields.Read(profile, start, end, fields);
        if (outcome != NumbersOutcome.Known)
        {
            HasUnknownFields = true;
        }

        return outcome != NumbersOutcome.Malformed;
    }

    public bool Fail(int offset, string path, string message)
    {
        Error ??= new PprofError(offset, path, message);
        return false;
    }

    public bool Fail(MessageFault fault, string path, string[] names) =>
        Fail(fault.Offset, FieldNames.Inside(path, names, fault.Field), fault.Message);

    public bool FailString(int offset, string path, ulong index) =>
        Fail(offset, path, $"Refers to string {(long)index}, but the string table has {Strings.Count}");

    public void Dispose()
    {
        foreach (PooledList<int> list in (ReadOnlySpan<PooledList<int>>)[Strings, Samples, Mappings, Functions, Locations, Others, Comments])
        {
            list.Dispose();
        }

        LocationMappings.Dispose();
        LineFunctions.Dispose();
        LineEnds.Dispose();
        FunctionNames.Dispose();
        Addresses.Dispose();
        MappingIds.Dispose();
        FunctionIds.Dispose();
        LocationIds.Dispose();
    }

    private bool TryScanTopLevel(ReadOnlySpan<byte> profile)
    {
        var reader = new WireReader(profile, 0, profile.Length);
        while (!reader.AtEnd)
        {
            int start = reader.Position;
            if (!reader.TryTag(out uint tag))
            {
                return Fail(reader.Position, "profile", WireReader.Describe(reader.End));
            }

            PooledList<int>? list = tag switch
            {
                SampleTag => Samples,
                LocationTag => Locations,
                FunctionTag => Functions,
                StringTag => Strings,
                MappingTag => Mappings,
                _ => null,
            };
            if (list is null)
            {
                // Not the reader by reference, because that would keep it out of registers in the whole loop.
                int next = ScanOther(profile, tag, start, reader.Position);
                if (next < 0)
                {
                    return false;
                }

                reader.Position = next;
                continue;
            }

            list.Add(reader.Position);
            if (!reader.TryLength(out int end))
            {
                return Fail(reader.Position, $"{FieldNames.Profile[tag >> 3]}[{list.Count - 1}]", WireReader.Describe(reader.End));
            }

            if (tag == StringTag && !Utf8.IsValid(profile[reader.Position..end]))
            {
                return Fail(reader.Position, $"string_table[{list.Count - 1}]", "The string is not UTF-8");
            }

            reader.Position = end;
        }

        return true;
    }

    private bool TryCheckHeader(ReadOnlySpan<byte> profile)
    {
        if (SampleTypes.Count == 0)
        {
            return Fail(profile.Length, "sample_type", "The profile has no sample type");
        }

        if (Strings.Count == 0)
        {
            return Fail(profile.Length, "string_table", "The profile has no string table");
        }

        if (!String(profile, 0).IsEmpty)
        {
            return Fail(Strings[0], "string_table[0]", "The first string is not empty");
        }

        foreach ((string path, (int offset, int index)) in HeaderStrings)
        {
            if (index >= Strings.Count)
            {
                return FailString(offset, path, (ulong)index);
            }
        }

        for (int i = 0; i < Comments.Count; i++)
        {
            if (Comments[i] >= Strings.Count)
            {
                return FailString(profile.Length, $"comment[{i}]", (ulong)Comments[i]);
            }
        }

        return true;
    }

    /// <summary>Reads a field of the top level that stands for itself. Returns where the next one begins, or -1.</summary>
    private int ScanOther(ReadOnlySpan<byte> profile, uint tag, int start, int position)
    {
        int field = (int)(tag >> 3);
        int end = field switch
        {
            ProfileField.SampleType or ProfileField.PeriodType => ScanValueType(profile, tag, start, position),
            ProfileField.Comment => ScanComment(profile, tag, start, position),
            > 0 and <= ProfileField.DocUrl => ScanNumber(profile, tag, start, position),
            _ => SkipUnknown(profile, tag, position),
        };
        if (end < 0 || field is ProfileField.TimeNanos or ProfileField.DurationNanos)
        {
            return end;
        }

        if (Others.Count > 0 && Others[Others.Count - 1] == start)
        {
            Others[Others.Count - 1] = end;
        }
        else
        {
            Others.Add(start);
            Others.Add(end);
        }

        return end;
    }

    private int ScanNumber(ReadOnlySpan<byte> profile, uint tag, int start, int position)
    {
        int field = (int)(tag >> 3);
        if ((tag & 7) != (uint)WireType.Varint)
        {
            Fail(start, FieldNames.Profile[field], WireReader.WrongType(tag));
            return -1;
        }

        var reader = new WireReader(profile, position, profile.Length);
        if (!reader.TryVarint(out ulong value))
        {
            Fail(reader.Position, FieldNames.Profile[field], WireReader.Describe(reader.End));
            return -1;
        }

        Header[field] = (long)value;
        bool isString = field is ProfileField.DropFrames or ProfileField.KeepFrames or ProfileField.DefaultSampleType or ProfileField.DocUrl;
        return !isString || TryUseString(start, FieldNames.Profile[field], value) ? reader.Position : -1;
    }

    private int ScanValueType(ReadOnlySpan<byte> profile, uint tag, int start, int position)
    {
        bool isColumn = tag >> 3 == ProfileField.SampleType;
        string path = isColumn ? $"sample_type[{SampleTypes.Count}]" : "period_type";
        if ((tag & 7) != (uint)WireType.Length)
        {
            Fail(start, path, WireReader.WrongType(tag));
            return -1;
        }

        var reader = new WireReader(profile, position, profile.Length);
        if (!reader.TryLength(out int end))
        {
            Fail(reader.Position, path, WireReader.Describe(reader.End));
            return -1;
        }

        if (isColumn && SampleTypes.Count == MaxSampleTypes)
        {
            Fail(start, path, $"The profile has more than {MaxSampleTypes} sample types");
            return -1;
        }

        Span<ulong> fields = stackalloc ulong[ValueTypeField.Unit + 1];
        if (!TryReadNumbers(profile, reader.Position, end, fields))
        {
            Fail(NumberFields.FindFault(profile, reader.Position, end, fields.Length), path, FieldNames.ValueType);
            return -1;
        }

        if (!TryUseString(start, path + ".type", fields[ValueTypeField.Type]) || !TryUseString(start, path + ".unit", fields[ValueTypeField.Unit]))
        {
            return -1;
        }

        var columns = ((int)fields[ValueTypeField.Type], (int)fields[ValueTypeField.Unit]);
        if (isColumn)
        {
            SampleTypes.Add(columns);
        }
        else
        {
            PeriodType = columns;
        }

        return end;
    }

    private int ScanComment(ReadOnlySpan<byte> profile, uint tag, int start, int position)
    {
        var reader = new WireReader(profile, position, profile.Length);
        int end = position;
        bool isPacked = (tag & 7) == (uint)WireType.Length;
        if (isPacked && !reader.TryLength(out end))
        {
            Fail(reader.Position, "comment", WireReader.Describe(reader.End));
            return -1;
        }

        if (!isPacked && (tag & 7) != (uint)WireType.Varint)
        {
            Fail(start, "comment", WireReader.WrongType(tag));
            return -1;
        }

        reader = new WireReader(profile, reader.Position, isPacked ? end : profile.Length);
        while (isPacked ? !reader.AtEnd : reader.Position == position)
        {
            int offset = reader.Position;
            if (!reader.TryVarint(out ulong index))
            {
                Fail(reader.Position, $"comment[{Comments.Count}]", WireReader.Describe(reader.End));
                return -1;
            }

            if (index > int.MaxValue)
            {
                FailString(offset, $"comment[{Comments.Count}]", index);
                return -1;
            }

            Comments.Add((int)index);
        }

        return reader.Position;
    }

    private int SkipUnknown(ReadOnlySpan<byte> profile, uint tag, int position)
    {
        HasUnknownFields = true;
        var reader = new WireReader(profile, position, profile.Length);
        if (reader.TrySkip(tag))
        {
            return reader.Position;
        }

        Fail(reader.Position, "profile", WireReader.Describe(reader.End));
        return -1;
    }

    // The index is checked when the whole string table is known; of a field that comes again only the last one counts.
    private bool TryUseString(int offset, string path, ulong index)
    {
        if (index > int.MaxValue)
        {
            return FailString(offset, path, index);
        }

        HeaderStrings[path] = (offset, (int)index);
        return true;
    }
}

/// <summary>The strings of a function, as indices into the string table.</summary>
internal readonly record struct FunctionNames(int Name, int SystemName, int File);
