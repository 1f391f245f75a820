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
                int next = HeaderScan.Read(this, profile, tag, start, reader.Position);
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
}

/// <summary>The strings of a function, as indices into the string table.</summary>
internal readonly record struct FunctionNames(int Name, int SystemName, int File);
