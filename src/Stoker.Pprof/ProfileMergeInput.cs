using System.Runtime.Intrinsics;

namespace Stoker.Pprof;

/// <summary>
/// Reads one checked profile into the tables of a merge: the samples that say something and what they refer to. Sums are left to the end,
/// so that what was added can be taken back when a later sample is at fault.
/// </summary>
internal ref struct ProfileMergeInput(
    ProfileScan scan, ReadOnlySpan<byte> profile, ProfileMergeTables tables, ProfileMergeIds ids, long maxBytes) : ISampleSink
{
    // Real samples have up to about ten. The limit keeps a body of nothing but labels from taking ten times its size.
    private const int MaxLabels = 1024;

    // Runtimes cut stacks off at some hundred or thousand frames. The limit keeps a body of one stack from taking twelve times its size.
    private const int MaxFrames = 1 << 16;

    // Mappings of one file may differ by less than a page.
    private const ulong PageMask = 0xFFF;

    private readonly ReadOnlySpan<byte> _profile = profile;
    private int _sample;
    private int _valuesStart;

    /// <summary>The first sample that the merge has no room for, or that is too large for it; -1 where there is none.</summary>
    public int Refused { get; private set; } = -1;

    /// <summary>Why <see cref="Refused"/> is.</summary>
    public string Reason { get; private set; } = "";

    public static string NoRoom(ProfileMergeTables tables, long maxBytes) =>
        $"The merge would hold more than {maxBytes} bytes; it has {tables.Samples.Count} samples and {tables.Strings.Count} strings by then";

    /// <summary>Why the merge may not hold what it holds by now; null where it may.</summary>
    public readonly string? Overfull() =>
        tables.HeldBytes > maxBytes ? NoRoom(tables, maxBytes)
        : tables.TooMany() is var (what, limit) ? $"The merge would have more than {limit} {what}, more than a profile may have"
        : null;

    public readonly void Location(int index)
    {
        if (ids.Stack.Count <= MaxFrames)
        {
            ids.Stack.Add(index);
        }
    }

    public readonly void Locations(Vector128<ushort> numbers, int count)
    {
        if (ids.Stack.Count > MaxFrames)
        {
            return;
        }

        for (int i = 0; i < count; i++)
        {
            ids.Stack.Add(numbers[i] - 1);
        }
    }

    public readonly void Value(int index, long value) => ids.Values.Add(value);

    public readonly void Label(LabelFields label)
    {
        if (ids.Labels.Count <= MaxLabels)
        {
            ids.Labels.Add(label);
        }
    }

    public void EndSample(int index)
    {
        bool isWanted = Refused < 0 && ids.Values.Items[_valuesStart..].ContainsAnyExcept(0);
        if (isWanted && ids.Labels.Count > MaxLabels)
        {
            Refuse($"The sample has more than {MaxLabels} labels, too many to merge");
        }
        else if (isWanted && ids.Stack.Count > MaxFrames)
        {
            Refuse($"The sample has more than {MaxFrames} frames, too many to merge");
        }
        else if (isWanted)
        {
            ids.Samples.Add(Sample());
            _valuesStart = ids.Values.Count;
            if (Overfull() is { } reason)
            {
                Refuse(reason);
            }
        }

        ids.Values.Truncate(_valuesStart);
        ids.Stack.Truncate(0);
        ids.Labels.Truncate(0);
        _sample++;
    }

    /// <summary>The number of a string in the merge.</summary>
    public readonly int String(int index)
    {
        ref int merged = ref ids.Strings[index];
        if (merged == 0)
        {
            merged = tables.Strings.Intern(scan.String(_profile, index)) + 1;
        }

        return merged - 1;
    }

    /// <summary>Adds the first mapping of the first profile that has one: by the format's convention it is the main program.</summary>
    public readonly void MainMapping()
    {
        if (tables.Mappings.Count == 0 && scan.Mappings.Count > 0)
        {
            // Not Mapping, because that is for what a sample uses.
            NewMapping(0);
        }
    }

    public readonly ProfileMergeHeader Header()
    {
        var types = new (int Type, int Unit)[scan.SampleTypes.Count];
        for (int i = 0; i < types.Length; i++)
        {
            types[i] = (String(scan.SampleTypes[i].Type), String(scan.SampleTypes[i].Unit));
        }

        return new ProfileMergeHeader(
            types,
            scan.PeriodType is var (type, unit) ? (String(type), String(unit)) : default,
            scan.Header[ProfileField.Period],
            scan.Header[ProfileField.TimeNanos],
            scan.Header[ProfileField.DurationNanos],
            HeaderText(ProfileField.DropFrames),
            HeaderText(ProfileField.KeepFrames),
            HeaderText(ProfileField.DefaultSampleType),
            HeaderText(ProfileField.DocUrl));
    }

    public readonly void Comments()
    {
        foreach (int comment in scan.Comments.Items)
        {
            ids.Message.Clear();
            ids.Message.Varint((ulong)String(comment));
            tables.Comments.Intern(ids.Message.Written);
        }
    }

    private void Refuse(string reason)
    {
        Refused = _sample;
        Reason = reason;
    }

    private readonly int HeaderText(int field) => String((int)scan.Header[field]);

    private readonly int Sample()
    {
        WireBuffer message = ids.Message;
        WireBuffer inner = ids.Inner;

        // Locations write messages of their own, so they come first.
        Span<int> stack = ids.Stack.Items;
        for (int i = 0; i < stack.Length; i++)
        {
            stack[i] = LocationId(stack[i]);
        }

        message.Clear();
        if (stack.Length > 0)
        {
            inner.Clear();
            foreach (int location in stack)
            {
                inner.Varint((ulong)location);
            }

            message.Field(SampleField.LocationId, inner.Written);
        }

        Span<LabelFields> labels = ids.Labels.Items;
        for (int i = 0; i < labels.Length; i++)
        {
            labels[i] = new LabelFields(String(labels[i].Key), String(labels[i].Text), labels[i].Number, String(labels[i].Unit));
        }

        // Their order means nothing.
        labels.Sort(static (one, other) =>
            (one.Key, one.Text, one.Number, one.Unit).CompareTo((other.Key, other.Text, other.Number, other.Unit)));
        foreach (LabelFields label in labels)
        {
            inner.Clear();
            inner.Field(LabelField.Key, label.Key);
            inner.Field(LabelField.Str, label.Text);
            inner.Field(LabelField.Num, label.Number);
            inner.Field(LabelField.NumUnit, label.Unit);
            message.Field(SampleField.Label, inner.Written);
        }

        return tables.Samples.Intern(message.Written);
    }

    /// <summary>The id of a location in the merge.</summary>
    private readonly int LocationId(int index)
    {
        if (ids.Locations[index] == 0)
        {
            ids.Locations[index] = NewLocation(index) + 1;
        }

        return ids.Locations[index];
    }

    private readonly int NewLocation(int index)
    {
        ulong address = scan.Addresses[index];
        int mappingId = 0;
        if (scan.LocationMappings[index] >= 0)
        {
            SourceMapping mapping = Mapping(scan.LocationMappings[index]);
            mappingId = mapping.Merged;
            address = mapping.Move(address);
        }

        WireBuffer message = ids.Message;
        message.Clear();
        message.Field(LocationField.MappingId, mappingId);
        message.Field(LocationField.Address, address);
        Span<ulong> line = stackalloc ulong[LineField.Column + 1];
        ulong isFolded = 0;
        int lines = 0;
        (int start, int end) = ProfileScan.Content(_profile, scan.Locations[index]);
        var reader = new WireReader(_profile, start, end);
        while (!reader.AtEnd && reader.TryTag(out uint tag))
        {
            if (tag >> 3 == LocationField.Line && reader.TryLength(out int lineEnd))
            {
                NumberFields.Read(_profile, reader.Position, lineEnd, line);
                int function = FunctionId(line[LineField.FunctionId]);
                ids.Inner.Clear();
                ids.Inner.Field(LineField.FunctionId, function);
                ids.Inner.Field(LineField.Line, line[LineField.Line]);
                ids.Inner.Field(LineField.Column, line[LineField.Column]);
                message.Field(LocationField.Line, ids.Inner.Written);
                reader.Position = lineEnd;
                lines++;
            }
            else if (tag >> 3 == LocationField.IsFolded)
            {
                reader.TryVarint(out isFolded);
            }
            else
            {
                reader.TrySkip(tag);
            }
        }

        message.Field(LocationField.IsFolded, isFolded == 0 ? 0 : 1);
        int number = tables.Locations.Intern(message.Written, out bool isNew);
        tables.Lines += isNew ? lines : 0;
        return number;
    }

    /// <summary>The id of a function in the merge.</summary>
    private readonly int FunctionId(ulong id)
    {
        scan.FunctionIds.TryFind(id, out int index);
        ref int merged = ref ids.Functions[index];
        if (merged == 0)
        {
            Span<ulong> fields = stackalloc ulong[FunctionField.StartLine + 1];
            (int start, int end) = ProfileScan.Content(_profile, scan.Functions[index]);
            NumberFields.Read(_profile, start, end, fields);
            ids.Inner.Clear();
            ids.Inner.Field(FunctionField.Name, String((int)fields[FunctionField.Name]));
            ids.Inner.Field(FunctionField.SystemName, String((int)fields[FunctionField.SystemName]));
            ids.Inner.Field(FunctionField.Filename, String((int)fields[FunctionField.Filename]));
            ids.Inner.Field(FunctionField.StartLine, fields[FunctionField.StartLine]);
            merged = tables.Functions.Intern(ids.Inner.Written) + 1;
        }

        return merged;
    }

    private readonly SourceMapping Mapping(int index)
    {
        if (ids.Mappings[index].Merged == 0)
        {
            ids.Mappings[index] = NewMapping(index);
        }

        return ids.Mappings[index];
    }

    /// <summary>
    /// Mappings are the same when build id, or file where there is none, size in pages and offset in the file are: where a process has it
    /// in its memory differs each time.
    /// </summary>
    private readonly SourceMapping NewMapping(int index)
    {
        Span<ulong> fields = stackalloc ulong[MappingField.HasInlineFrames + 1];
        (int start, int end) = ProfileScan.Content(_profile, scan.Mappings[index]);
        NumberFields.Read(_profile, start, end, fields);
        int has = 0;
        for (int i = 0; i < MergedMapping.HasFields; i++)
        {
            has |= fields[MappingField.HasFunctions + i] == 0 ? 0 : 1 << i;
        }

        ulong memoryStart = fields[MappingField.MemoryStart];
        ulong limit = fields[MappingField.MemoryLimit];
        ulong offset = fields[MappingField.FileOffset];
        int file = (int)fields[MappingField.Filename];
        int buildId = String((int)fields[MappingField.BuildId]);
        WireBuffer key = ids.Inner;
        key.Clear();
        key.Field(MappingField.MemoryLimit, (limit - memoryStart + PageMask) & ~PageMask);
        key.Field(MappingField.FileOffset, offset);
        key.Field(MappingField.BuildId, buildId);
        key.Field(MappingField.Filename, buildId == 0 ? String(file) : 0);
        int merged = tables.MappingKeys.Intern(key.Written);
        if (merged == tables.Mappings.Count)
        {
            tables.Mappings.Add(new MergedMapping(memoryStart, limit, offset, String(file), buildId, has));
        }

        return new SourceMapping(merged + 1, memoryStart, limit, tables.Mappings[merged].Start - memoryStart, has);
    }
}
