using System.Buffers;

namespace Stoker.Pprof;

/// <summary>Writes what a merge holds as a plain profile. Ids are numbered from 1 on, and what is referred to is all there.</summary>
internal static class ProfileMergeWriter
{
    private const int ChunkBytes = 64 << 10;

    public static void Write(ProfileMergeHeader header, ProfileMergeTables tables, IBufferWriter<byte> output)
    {
        using var message = new WireBuffer(ChunkBytes * 2);
        using var item = new WireBuffer();
        WriteHeader(header, tables, message, item);
        WriteSamples(tables, message, output);
        for (int i = 0; i < tables.Mappings.Count; i++)
        {
            WriteMapping(tables.Mappings[i], i + 1, item);
            Add(ProfileField.Mapping, item.Written, message, output);
        }

        WriteTable(tables.Locations, ProfileField.Location, LocationField.Id, item, message, output);
        WriteTable(tables.Functions, ProfileField.Function, FunctionField.Id, item, message, output);
        for (int i = 0; i < tables.Strings.Count; i++)
        {
            Add(ProfileField.StringTable, tables.Strings[i], message, output);
        }

        output.Write(message.Written);
    }

    private static void WriteHeader(ProfileMergeHeader header, ProfileMergeTables tables, WireBuffer message, WireBuffer item)
    {
        foreach ((int Type, int Unit) type in header.SampleTypes)
        {
            WriteType(ProfileField.SampleType, type, message, item);
        }

        if (header.PeriodType != default)
        {
            WriteType(ProfileField.PeriodType, header.PeriodType, message, item);
        }

        message.Field(ProfileField.Period, header.Period);
        message.Field(ProfileField.TimeNanos, header.TimeNanos);
        message.Field(ProfileField.DurationNanos, (long)Int128.Clamp(header.DurationNanos, long.MinValue, long.MaxValue));
        message.Field(ProfileField.DropFrames, header.DropFrames);
        message.Field(ProfileField.KeepFrames, header.KeepFrames);
        message.Field(ProfileField.DefaultSampleType, header.DefaultSampleType);
        message.Field(ProfileField.DocUrl, header.DocUrl);
        for (int i = 0; i < tables.Comments.Count; i++)
        {
            // Not Field, because a remark may be empty, and that is string 0.
            message.Varint(WireFormat.Tag(ProfileField.Comment, WireType.Varint));
            message.Raw(tables.Comments[i]);
        }
    }

    private static void WriteType(int field, (int Type, int Unit) type, WireBuffer message, WireBuffer item)
    {
        item.Clear();
        item.Field(ValueTypeField.Type, type.Type);
        item.Field(ValueTypeField.Unit, type.Unit);
        message.Field(field, item.Written);
    }

    private static void WriteSamples(ProfileMergeTables tables, WireBuffer message, IBufferWriter<byte> output)
    {
        long[] row = new long[tables.Columns];
        for (int i = 0; i < tables.Samples.Count; i++)
        {
            if (tables.ReadSums(i, row))
            {
                message.Sample(tables.Samples[i], row, []);
                Flush(message, output);
            }
        }
    }

    private static void WriteMapping(MergedMapping mapping, int id, WireBuffer item)
    {
        item.Clear();
        item.Field(MappingField.Id, id);
        item.Field(MappingField.MemoryStart, mapping.Start);
        item.Field(MappingField.MemoryLimit, mapping.Limit);
        item.Field(MappingField.FileOffset, mapping.Offset);
        item.Field(MappingField.Filename, mapping.File);
        item.Field(MappingField.BuildId, mapping.BuildId);
        for (int i = 0; i < MergedMapping.HasFields; i++)
        {
            item.Field(MappingField.HasFunctions + i, (mapping.Has >> i) & 1);
        }
    }

    private static void WriteTable(
        ProfileMergeTable table, int field, int idField, WireBuffer item, WireBuffer message, IBufferWriter<byte> output)
    {
        for (int i = 0; i < table.Count; i++)
        {
            item.Clear();
            item.Field(idField, i + 1);
            item.Raw(table[i]);
            Add(field, item.Written, message, output);
        }
    }

    private static void Add(int field, ReadOnlySpan<byte> item, WireBuffer message, IBufferWriter<byte> output)
    {
        message.Field(field, item);
        Flush(message, output);
    }

    private static void Flush(WireBuffer message, IBufferWriter<byte> output)
    {
        if (message.Length > ChunkBytes)
        {
            output.Write(message.Written);
            message.Clear();
        }
    }
}
