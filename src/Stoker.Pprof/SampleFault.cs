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

    /// <summary>Goes through the values of a sample once more, one by one, for the first that is at fault.</summary>
    public static bool Values(ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int index)
    {
        int item = 0;
        var reader = new WireReader(profile, start, end);
        while (true)
        {
            int offset = reader.Position;
            if (!reader.TryTag(out uint tag))
            {
                throw new InvalidOperationException("A refused sample has a fault.");
            }

            if (tag is not (SampleScan.PackedValues or SampleScan.OneValue))
            {
                reader.TrySkip(tag);
                continue;
            }

            int valuesEnd = reader.Position + 1;
            if (tag == SampleScan.PackedValues && !reader.TryLength(out valuesEnd))
            {
                return Wire(scan, reader.Position, reader.End, index, SampleField.Value, -1);
            }

            var values = new WireReader(profile, reader.Position, tag == SampleScan.PackedValues ? valuesEnd : end);
            while (values.Position < valuesEnd)
            {
                if (!values.TryVarint(out _))
                {
                    return Wire(scan, values.Position, values.End, index, SampleField.Value, item);
                }

                if (item++ == scan.SampleTypes.Count)
                {
                    return Count(scan, offset, index, "more");
                }
            }

            reader.Position = values.Position;
        }
    }

    /// <summary>Goes through the locations of a sample once more, one by one, for the first that is at fault.</summary>
    public static bool Ids(ProfileScan scan, ReadOnlySpan<byte> profile, int start, int end, int index)
    {
        int item = 0;
        var reader = new WireReader(profile, start, end);
        while (true)
        {
            int offset = reader.Position;
            if (!reader.TryTag(out uint tag))
            {
                throw new InvalidOperationException("A refused sample has a fault.");
            }

            if (tag is not (SampleScan.PackedLocations or SampleScan.OneLocation))
            {
                reader.TrySkip(tag);
                continue;
            }

            int idsEnd = reader.Position + 1;
            if (tag == SampleScan.PackedLocations && !reader.TryLength(out idsEnd))
            {
                return Wire(scan, reader.Position, reader.End, index, SampleField.LocationId, -1);
            }

            var ids = new WireReader(profile, reader.Position, tag == SampleScan.PackedLocations ? idsEnd : end);
            while (ids.Position < idsEnd)
            {
                int at = tag == SampleScan.PackedLocations ? ids.Position : offset;
                if (!ids.TryVarint(out ulong id))
                {
                    return Wire(scan, ids.Position, ids.End, index, SampleField.LocationId, item);
                }

                if (!scan.LocationIds.TryFind(id, out _))
                {
                    return scan.Fail(
                        at, Path(index, SampleField.LocationId, item), id == 0 ? "The location id is 0" : $"The profile has no location {id}");
                }

                item++;
            }

            reader.Position = ids.Position;
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
