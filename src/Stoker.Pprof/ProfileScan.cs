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
    private const uint StringTag = (ProfileField.StringTable << 3) | (uint)WireType.Length;

    // The lists of fields 2 to 6.
    private readonly PooledList<int>[] _tables;
    private int _stringsEnd;

    public ProfileScan() => _tables = [Samples, Mappings, Locations, Functions, Strings];

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

    /// <summary>The indices of the remarks in the string table.</summary>
    public PooledList<int> Comments { get; } = new();

    public IdTable MappingIds { get; } = new();

    public IdTable FunctionIds { get; } = new();

    public IdTable LocationIds { get; } = new();

    /// <summary>The columns, as indices into the string table.</summary>
    public List<(int Type, int Unit)> SampleTypes { get; } = [];

    public (int Type, int Unit)? PeriodType { get; set; }

    /// <summary>The varint fields of the top level by their number.</summary>
    public long[] Header { get; } = new long[ProfileField.DocUrl + 1];

    /// <summary>Whether there are fields that <c>profile.proto</c> does not have, or not yet. They may refer to any string.</summary>
    public bool HasUnknownFields { get; set; }

    public PprofError? Error { get; private set; }

    /// <summary>Steps 1 and 2: everything but the samples.</summary>
    public bool TryScan(ReadOnlySpan<byte> profile) =>
        TryScanTopLevel(profile) && HeaderScan.TryCheck(this, profile) && TableScan.TryScan(this, profile);

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
        int position = 0;

        // Where a run of strings begins that is checked in one go.
        int strings = -1;
        while (position < profile.Length)
        {
            int start = position;
            uint tag = profile[position++];
            int table = (int)(tag >> 3) - ProfileField.Sample;
            if ((tag & 0x87) != (uint)WireType.Length || (uint)table >= (uint)_tables.Length)
            {
                position = ScanOther(profile, start, out tag);
                table = (int)(tag >> 3) - ProfileField.Sample;
                if (position < 0)
                {
                    return false;
                }

                if (!IsTable(tag))
                {
                    continue;
                }
            }

            PooledList<int> list = _tables[table];
            if (list.Count == ProfileLimits.OfTables[table])
            {
                return FailCount(start, table);
            }

            list.Add(position);
            int content = Varint.ReadLength(profile, position, profile.Length, out int end);
            if (content < 0)
            {
                return Fail(position, $"{FieldNames.Profile[tag >> 3]}[{list.Count - 1}]", WireReader.Describe(content));
            }

            if (tag == StringTag)
            {
                // Tags and lengths below 128 are characters, so a run of short strings is UTF-8 if and only if each of them is: what comes
                // next ends a character that is not complete. A long string begins a run of its own.
                bool continues = strings >= 0 && start == _stringsEnd && content == start + 2;
                if (!continues)
                {
                    if (!TryCheckStrings(profile, strings))
                    {
                        return false;
                    }

                    strings = content;
                }

                _stringsEnd = end;
            }

            position = end;
        }

        return TryCheckStrings(profile, strings);
    }

    private bool FailCount(int offset, int table) => Fail(
        offset,
        $"{FieldNames.Profile[table + ProfileField.Sample]}[{ProfileLimits.OfTables[table]}]",
        $"The profile has more than {ProfileLimits.OfTables[table]} {FieldNames.Tables[table]}, far more than any program");

    private static bool IsTable(uint tag) => (tag & 7) == (uint)WireType.Length && tag >> 3 is >= ProfileField.Sample and <= ProfileField.StringTable;

    /// <summary>
    /// Reads what stands for itself and returns where the next field begins, or the start of the content where it is an item of a table whose
    /// tag has more bytes than it needs. Returns -1 for a fault.
    /// </summary>
    private int ScanOther(ReadOnlySpan<byte> profile, int start, out uint tag)
    {
        var reader = new WireReader(profile, start, profile.Length);
        if (!reader.TryTag(out tag))
        {
            Fail(reader.Position, "profile", WireReader.Describe(reader.End));
            return -1;
        }

        return IsTable(tag) ? reader.Position : HeaderScan.Read(this, profile, tag, start, reader.Position);
    }

    private bool TryCheckStrings(ReadOnlySpan<byte> profile, int start)
    {
        if (start < 0 || Utf8.IsValid(profile[start.._stringsEnd]))
        {
            return true;
        }

        for (int i = 0; i < Strings.Count; i++)
        {
            (int first, int end) = Content(profile, Strings[i]);
            if (!Utf8.IsValid(profile[first..end]))
            {
                return Fail(first, $"string_table[{i}]", "The string is not UTF-8");
            }
        }

        throw new InvalidOperationException("A run of sound strings is sound.");
    }
}

/// <summary>The strings of a function, as indices into the string table.</summary>
internal readonly record struct FunctionNames(int Name, int SystemName, int File);
