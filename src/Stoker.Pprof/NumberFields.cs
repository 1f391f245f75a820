namespace Stoker.Pprof;

/// <summary>What is wrong inside a message.</summary>
/// <param name="Field">The number of the field; 0 where none was read.</param>
internal readonly record struct MessageFault(int Offset, int Field, string Message);

/// <summary>Reads the messages that have nothing but numbers: value types, labels, lines, mappings and functions.</summary>
internal static class NumberFields
{
    /// <summary>
    /// Reads the fields of a message into <paramref name="values"/> by their number. Fields that are not there stay 0; the last of several
    /// counts; others are skipped and set <paramref name="hasUnknown"/>.
    /// </summary>
    public static bool TryRead(
        ReadOnlySpan<byte> profile, int start, int end, scoped Span<ulong> values, ref bool hasUnknown, ref MessageFault fault)
    {
        values.Clear();
        var reader = new WireReader(profile, start, end);
        while (!reader.AtEnd)
        {
            int offset = reader.Position;
            if (!reader.TryTag(out uint tag))
            {
                fault = new MessageFault(reader.FaultOffset, 0, reader.Fault!);
                return false;
            }

            int field = (int)(tag >> 3);
            if (field >= values.Length)
            {
                hasUnknown = true;
                if (!reader.TrySkip(tag))
                {
                    fault = new MessageFault(reader.FaultOffset, 0, reader.Fault!);
                    return false;
                }
            }
            else if ((tag & 7) != (uint)WireType.Varint)
            {
                fault = new MessageFault(offset, field, WireReader.WrongType(tag));
                return false;
            }
            else if (!reader.TryVarint(out values[field]))
            {
                fault = new MessageFault(reader.FaultOffset, field, reader.Fault!);
                return false;
            }
        }

        return true;
    }

    /// <summary>Where the last occurrence of a field begins in a message that reads; its start where there is none.</summary>
    public static int OffsetOf(ReadOnlySpan<byte> profile, int start, int end, int field)
    {
        int found = start;
        var reader = new WireReader(profile, start, end);
        int offset = start;
        while (!reader.AtEnd && reader.TryTag(out uint tag) && reader.TrySkip(tag))
        {
            found = tag >> 3 == field ? offset : found;
            offset = reader.Position;
        }

        return found;
    }
}
