using System.Buffers;

namespace Stoker.Pprof;

/// <summary>
/// Writes the part of a profile that has something to say: the samples with a value that is not zero, and the locations, functions, mappings
/// and strings that they use, copied as they are. Strings that are not used become empty and keep their place, so no index changes; they
/// compress to nearly nothing.
/// </summary>
internal static class DeltaWriter
{
    private static ReadOnlySpan<byte> EmptyString => [(ProfileField.StringTable << 3) | (int)WireType.Length, 0];

    /// <param name="slots">Below 0 for a sample that is left out.</param>
    /// <returns>The number of samples written; 0 when nothing was written.</returns>
    public static int Write(
        ProfileScan scan,
        ReadOnlySpan<byte> profile,
        CollectedSamples samples,
        PooledList<int> slots,
        long timeNanos,
        long durationNanos,
        IBufferWriter<byte> output)
    {
        using var message = new WireBuffer(Math.Max(256, profile.Length / 2));
        foreach ((int start, int end) in Pairs(scan.Others))
        {
            message.Raw(profile[start..end]);
        }

        message.Field(ProfileField.TimeNanos, timeNanos);
        message.Field(ProfileField.DurationNanos, durationNanos);
        using var used = new UsedParts(scan);
        int sent = WriteSamples(scan, profile, samples, slots, used, message);
        if (sent == 0)
        {
            return 0;
        }

        used.Follow(scan, profile);
        WriteItems(profile, scan.Mappings.Items, ProfileField.Mapping, used.Mappings.Items, message);
        WriteItems(profile, scan.Locations.Items, ProfileField.Location, used.Locations, message);
        WriteItems(profile, scan.Functions.Items, ProfileField.Function, used.Functions.Items, message);
        Span<bool> strings = used.Strings.Items;
        int stringCount = Math.Max(1, strings.LastIndexOf(true) + 1);
        WriteItems(profile, scan.Strings.Items[..stringCount], ProfileField.StringTable, strings, message, instead: EmptyString);
        output.Write(message.Written);
        return sent;
    }

    private static int WriteSamples(
        ProfileScan scan, ReadOnlySpan<byte> profile, CollectedSamples samples, PooledList<int> slots, UsedParts used, WireBuffer message)
    {
        using var rest = new WireBuffer();
        ReadOnlySpan<long> values = samples.Values.Items;
        ReadOnlySpan<int> items = scan.Samples.Items;
        int columns = scan.SampleTypes.Count;
        int sent = 0;
        for (int i = 0; i < items.Length; i++)
        {
            if (slots[i] < 0)
            {
                continue;
            }

            ReadOnlySpan<long> row = values.Slice(i * columns, columns);
            int start = Varint.ReadLength(profile, items[i], profile.Length, out int end);
            if (used.TryMark(scan, profile, start, end, out int valuesStart, out int valuesEnd))
            {
                message.Sample(profile[start..valuesStart], row, profile[valuesEnd..end]);
            }
            else
            {
                rest.Clear();
                CopyAllButValues(profile, start, end, rest);
                message.Sample(rest.Written, row, []);
            }

            sent++;
        }

        return sent;
    }

    private static void CopyAllButValues(ReadOnlySpan<byte> profile, int start, int end, WireBuffer rest)
    {
        var reader = new WireReader(profile, start, end);
        int offset = start;
        while (!reader.AtEnd && reader.TryTag(out uint tag) && reader.TrySkip(tag))
        {
            if (tag >> 3 != SampleField.Value)
            {
                rest.Raw(profile[offset..reader.Position]);
            }

            offset = reader.Position;
        }
    }

    /// <summary>Copies the items that are used, neighbours in one go. Of the others <paramref name="instead"/> is written.</summary>
    private static void WriteItems(
        ReadOnlySpan<byte> profile,
        ReadOnlySpan<int> items,
        int field,
        ReadOnlySpan<bool> used,
        WireBuffer message,
        ReadOnlySpan<byte> instead = default)
    {
        uint tag = WireFormat.Tag(field, WireType.Length);
        int runStart = 0;
        int runEnd = 0;
        int left = 0;
        for (int i = 0; i < items.Length; i++)
        {
            if (!used[i])
            {
                left++;
                continue;
            }

            int tagOffset = items[i] - 1;
            int start = Varint.ReadLength(profile, items[i], profile.Length, out int end);
            if (left == 0 && tagOffset == runEnd && profile[tagOffset] == tag)
            {
                runEnd = end;
                continue;
            }

            message.Raw(profile[runStart..runEnd]);
            message.Repeat(instead, left);
            left = 0;
            runStart = tagOffset;
            runEnd = end;
            if (profile[tagOffset] != tag)
            {
                // A tag in more bytes than it needs is allowed, and not worth more than this.
                message.Field(field, profile[start..end]);
                runStart = runEnd = 0;
            }
        }

        message.Raw(profile[runStart..runEnd]);
        message.Repeat(instead, left);
    }

    private static IEnumerable<(int Start, int End)> Pairs(PooledList<int> list)
    {
        for (int i = 0; i < list.Count; i += 2)
        {
            yield return (list[i], list[i + 1]);
        }
    }
}
