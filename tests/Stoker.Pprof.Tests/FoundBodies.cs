namespace Stoker.Pprof.Tests;

/// <summary>
/// Bodies that long runs of the fuzz tests have found, the shortest for each end that a body can come to: one a line, what it came to and,
/// behind a tab, its bytes in base 64.
/// </summary>
internal static class FoundBodies
{
    // Longer ones would make the file unwieldy; there is a shorter one sooner or later.
    private const int MaxLength = 4096;

    private static string FilePath => Path.Combine(AppContext.BaseDirectory, "corpora", "pprof-fuzz.txt");

    public static Dictionary<string, byte[]> Read() =>
        File.ReadLines(FilePath)
            .Select(line => line.Split('\t'))
            .ToDictionary(parts => parts[0], parts => Convert.FromBase64String(parts[1]), StringComparer.Ordinal);

    /// <summary>
    /// Writes those of before and those found now, the shorter where there are two. Ends that need more than one body are left out.
    /// </summary>
    public static void Write(string path, IReadOnlyDictionary<string, byte[]> found)
    {
        var bodies = new SortedDictionary<string, byte[]>(Read(), StringComparer.Ordinal);
        foreach ((string what, byte[] body) in found)
        {
            using var alone = new FuzzPath();
            bool isShorter = !bodies.TryGetValue(what, out byte[]? before) || body.Length < before.Length;
            if (isShorter && body.Length <= MaxLength && alone.Run(body) == what)
            {
                bodies[what] = body;
            }
        }

        File.WriteAllLines(path, bodies.Select(body => $"{body.Key}\t{Convert.ToBase64String(body.Value)}"));
    }
}
