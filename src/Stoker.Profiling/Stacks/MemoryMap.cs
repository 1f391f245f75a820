using System.Globalization;

namespace Stoker.Profiling.Stacks;

/// <summary>Which file the code at an address was loaded from, by <c>/proc/self/maps</c> as it was when the map was read.</summary>
internal sealed class MemoryMap
{
    private const string Path = "/proc/self/maps";

    private readonly ulong[] _starts;
    private readonly ulong[] _ends;
    private readonly string[] _files;

    private MemoryMap(List<(ulong Start, ulong End, string File)> regions)
    {
        regions.Sort((left, right) => left.Start.CompareTo(right.Start));
        _starts = [.. regions.Select(region => region.Start)];
        _ends = [.. regions.Select(region => region.End)];
        _files = [.. regions.Select(region => region.File)];
    }

    /// <summary>Reads the map of this process; an empty one where the system has none.</summary>
    public static MemoryMap Read() => Parse(File.Exists(Path) ? File.ReadLines(Path) : []);

    /// <summary>Takes lines of <c>start-end permissions offset device inode path</c>; those of memory that holds no code are left out.</summary>
    public static MemoryMap Parse(IEnumerable<string> lines)
    {
        List<(ulong, ulong, string)> regions = [];
        foreach (string line in lines)
        {
            string[] fields = line.Split(' ', 6, StringSplitOptions.RemoveEmptyEntries);
            if (fields.Length < 5 || !fields[1].Contains('x', StringComparison.Ordinal))
            {
                continue;
            }

            int dash = fields[0].IndexOf('-', StringComparison.Ordinal);
            if (dash > 0
                && ulong.TryParse(fields[0].AsSpan(0, dash), NumberStyles.HexNumber, null, out ulong start)
                && ulong.TryParse(fields[0].AsSpan(dash + 1), NumberStyles.HexNumber, null, out ulong end))
            {
                regions.Add((start, end, fields.Length == 6 ? System.IO.Path.GetFileName(fields[5].Trim()) : ""));
            }
        }

        return new MemoryMap(regions);
    }

    /// <summary>The name of the file without its folder; empty for memory without a file, null where no code is mapped.</summary>
    public string? FileAt(ulong address)
    {
        int index = Array.BinarySearch(_starts, address);
        index = index < 0 ? ~index - 1 : index;
        return index >= 0 && address < _ends[index] ? _files[index] : null;
    }
}
