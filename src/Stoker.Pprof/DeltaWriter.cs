using System.Buffers;

namespace Stoker.Pprof;

/// <summary>
/// Writes the part of a profile that has something to say: the samples with a value that is not zero, and the locations, functions, mappings
/// and strings that they use, copied as they are. Strings that are not used become empty and keep their place, so no index changes; they
/// compress to nearly nothing.
/// </summary>
internal static class DeltaWriter
{
    /// <param name="slots">-1 for a sample that was added to another one.</param>
    /// <returns>The number of samples written; 0 when nothing was written.</returns>
    public static int Write(
        ProfileScan scan,
        ReadOnlySpan<byte> profile,
        CollectedSamples samples,
        PooledList<int> slots,
        long durationNanos,
        IBufferWriter<byte> output)
    {
        using var message = new WireBuffer(Math.Max(256, profile.Length / 2));
        foreach ((int start, int end) in Pairs(scan.Others))
        {
            message.Raw(profile[start..end]);
        }

        message.Field(ProfileField.DurationNanos, durationNanos);
        using var used = new UsedParts(scan);
        int sent = WriteSamples(scan, profile, samples, slots, used, message);
        if (sent == 0)
        {
            return 0;
        }

        used.Follow(scan, profile);
        WriteItems(profile, scan.Mappings, ProfileField.Mapping, used.Mappings, message);
        WriteItems(profile, scan.Locations, ProfileField.Location, used.Locations, message);
        WriteItems(profile, scan.Functions, ProfileField.Function, used.Functions, message);
        WriteStrings(profile, scan.Strings, used.Strings, message);
        output.Write(message.Written);
        return sent;
    }

    private static int WriteSamples(
        ProfileScan scan, ReadOnlySpan<byte> profile, CollectedSamples samples, PooledList<int> slots, UsedParts used, WireBuffer message)
    {
        using var rest = new WireBuffer();
        Span<long> values = samples.Values.Items;
        int columns = scan.SampleTypes.Count;
        int sent = 0;
        for (int i = 0; i < slots.Count; i++)
        {
            ReadOnlySpan<long> row = values.Slice(i * columns, columns);
            if (slots[i] < 0 || !row.ContainsAnyExcept(0))
            {
                continue;
            }

            (int start, int end) = ProfileScan.Content(profile, scan.Samples[i]);
            used.Mark(scan, profile, start, end);
            int valuesStart = samples.ValuesStart[i];
            int valuesEnd = samples.ValuesEnd[i];
            if (valuesEnd >= 0)
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

    private static void WriteItems(ReadOnlySpan<byte> profile, PooledList<int> items, int field, PooledList<bool> used, WireBuffer message)
    {
        for (int i = 0; i < items.Count; i++)
        {
            if (used[i])
            {
                (int start, int end) = ProfileScan.Content(profile, items[i]);
                message.Field(field, profile[start..end]);
            }
        }
    }

    private static void WriteStrings(ReadOnlySpan<byte> profile, PooledList<int> strings, PooledList<bool> used, WireBuffer message)
    {
        int count = used.Items.LastIndexOf(true) + 1;
        for (int i = 0; i < Math.Max(1, count); i++)
        {
            (int start, int end) = used[i] ? ProfileScan.Content(profile, strings[i]) : (0, 0);
            message.Field(ProfileField.StringTable, profile[start..end]);
        }
    }

    private static IEnumerable<(int Start, int End)> Pairs(PooledList<int> list)
    {
        for (int i = 0; i < list.Count; i += 2)
        {
            yield return (list[i], list[i + 1]);
        }
    }
}
