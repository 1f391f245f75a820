namespace Stoker.Pprof;

/// <summary>What is wrong inside a message.</summary>
/// <param name="Field">The number of the field; 0 where none was read.</param>
internal readonly record struct MessageFault(int Offset, int Field, string Message);

internal enum NumbersOutcome
{
    Known,

    /// <summary>Sound, with fields that the message's description does not have.</summary>
    WithUnknown,

    /// <summary><see cref="NumberFields.FindFault"/> says what is wrong.</summary>
    Malformed,
}

/// <summary>Reads the messages that have nothing but numbers: value types, labels, lines, mappings and functions.</summary>
internal static class NumberFields
{
    /// <summary>
    /// Reads the fields of a message into <paramref name="values"/> by their number. Fields that are not there stay 0; the last of several
    /// counts; others are skipped.
    /// </summary>
    public static NumbersOutcome Read(ReadOnlySpan<byte> profile, int start, int end, Span<ulong> values)
    {
        var outcome = NumbersOutcome.Known;
        values.Clear();
        int position = start;
        while (position < end)
        {
            uint tag = profile[position];
            uint field = tag >> 3;
            if ((tag & 0x87) != 0 || field - 1 >= (uint)values.Length - 1)
            {
                var reader = new WireReader(profile, position, end);
                if (!reader.TryTag(out tag))
                {
                    return NumbersOutcome.Malformed;
                }

                field = tag >> 3;
                if (field >= (uint)values.Length)
                {
                    outcome = NumbersOutcome.WithUnknown;
                    if (!reader.TrySkip(tag))
                    {
                        return NumbersOutcome.Malformed;
                    }

                    position = reader.Position;
                    continue;
                }

                if ((tag & 7) != (uint)WireType.Varint)
                {
                    return NumbersOutcome.Malformed;
                }

                position = reader.Position - 1;
            }

            position = Varint.Read(profile, position + 1, end, out values[(int)field]);
            if (position < 0)
            {
                return NumbersOutcome.Malformed;
            }
        }

        return outcome;
    }

    /// <summary>The first fault of a message that does not read.</summary>
    /// <param name="fieldCount">The length of the values that it was read into.</param>
    public static MessageFault FindFault(ReadOnlySpan<byte> profile, int start, int end, int fieldCount)
    {
        var reader = new WireReader(profile, start, end);
        while (true)
        {
            int offset = reader.Position;
            if (!reader.TryTag(out uint tag))
            {
                return new MessageFault(reader.Position, 0, WireReader.Describe(reader.End));
            }

            int field = (int)(tag >> 3);
            if (field < fieldCount && (tag & 7) != (uint)WireType.Varint)
            {
                return new MessageFault(offset, field, WireReader.WrongType(tag));
            }

            if (!reader.TrySkip(tag))
            {
                return new MessageFault(reader.Position, field, WireReader.Describe(reader.End));
            }
        }
    }

    /// <summary>
    /// Where an occurrence of a field begins in a message that reads: the last one, or the one at <paramref name="item"/>. The message's start
    /// where there is none.
    /// </summary>
    public static int OffsetOf(ReadOnlySpan<byte> profile, int start, int end, int field, int item = -1)
    {
        int found = start;
        int count = 0;
        var reader = new WireReader(profile, start, end);
        int offset = start;
        while (!reader.AtEnd && reader.TryTag(out uint tag) && reader.TrySkip(tag))
        {
            if (tag >> 3 == field && (item < 0 || count++ == item))
            {
                found = offset;
            }

            offset = reader.Position;
        }

        return found;
    }
}
