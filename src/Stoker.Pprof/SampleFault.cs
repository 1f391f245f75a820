namespace Stoker.Pprof;

/// <summary>Says what is wrong with a sample that <see cref="SampleScan"/> has refused. All return false.</summary>
internal static class SampleFault
{
    public static bool Tag(ProfileScan scan, ReadOnlySpan<byte> profile, int offset, int end, int index)
    {
        var reader = new WireReader(profile, offset, end);
        reader.TryTag(out _);
        return Wire(scan, reader.Position, reader.End, index, 0, -1);
    }

    /// <summary>Goes through the locations or the values of a sample once more, one by one, for the first that is at fault.</summary>
    /// <param name="field">Which of the two.</param>
    public static bool Numbers(ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int index, int field)
    {
        uint packed = WireFormat.Tag(field, WireType.Length);
        int item = 0;
        var reader = new WireReader(profile, start, end);
        while (true)
        {
            int offset = reader.Position;
            if (!reader.TryTag(out uint tag))
            {
                throw new InvalidOperationException("A refused sample has a fault.");
            }

            if (tag != packed && tag != WireFormat.Tag(field, WireType.Varint))
            {
                reader.TrySkip(tag);
                continue;
            }

            int numbersEnd = reader.Position + 1;
            if (tag == packed && !reader.TryLength(out numbersEnd))
            {
                return Wire(scan, reader.Position, reader.End, index, field, -1);
            }

            var numbers = new WireReader(profile, reader.Position, tag == packed ? numbersEnd : end);
            while (numbers.Position < numbersEnd)
            {
                int at = tag == packed ? numbers.Position : offset;
                if (!numbers.TryVarint(out ulong number))
                {
                    return Wire(scan, numbers.Position, numbers.End, index, field, item);
                }

                if (field == SampleField.Value && item == scan.SampleTypes.Count)
                {
                    return Count(scan, offset, index, "more");
                }

                if (field == SampleField.LocationId && !scan.LocationIds.TryFind(number, out _))
                {
                    string message = number == 0 ? "The location id is 0" : $"The profile has no location {number}";
                    return scan.Fail(at, Path(index, field, item), message);
                }

                item++;
            }

            reader.Position = numbers.Position;
        }
    }

    public static bool Wire(ProfileScan scan, int offset, int fault, int index, int field, int item) =>
        scan.Fail(offset, Path(index, field, item), WireReader.Describe(fault));

    public static bool Count(ProfileScan scan, int offset, int index, string count) =>
        scan.Fail(
            offset,
            Path(index, SampleField.Value, -1),
            $"The sample has {count} values, but the profile has {scan.SampleTypes.Count} sample types");

    public static string Path(int index, int field, int item) =>
        FieldNames.Inside($"sample[{index}]", FieldNames.Sample, field) + (item < 0 ? "" : $"[{item}]");
}
