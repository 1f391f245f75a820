using System.Globalization;
using System.Text.RegularExpressions;

namespace Stoker.Pprof.Tests;

/// <summary>
/// The text of <c>go tool pprof -raw</c>, and a profile read by <see cref="ProfileDump"/> in the same words: values by stack and labels,
/// equal samples summed. Left out are those that are zero, and those without a stack (Go's profiles have them), which the tool never shows.
/// </summary>
internal static partial class GoRaw
{
    private const string BaseLabel = "pprof::base:[true]";
    private const string LabelIndent = "                ";

    /// <summary>The lines above the samples, but for the two that a new time or a delta changes.</summary>
    public static IReadOnlyList<string> Header(string raw) => [.. raw.Split('\n').TakeWhile(line => line != "Samples:").Where(IsKept)];

    /// <summary>The whole text but for the two lines that a new time or a delta changes.</summary>
    public static string WithoutTime(string raw) => string.Join('\n', raw.Split('\n').Where(IsKept));

    public static IReadOnlyList<string> SampleTypes(string raw) =>
        raw.Split('\n').SkipWhile(line => line != "Samples:").ElementAt(1).Replace("[dflt]", "", StringComparison.Ordinal).Split(' ');

    /// <summary>The samples. That a sample is of the base of a difference is not told, so it is summed with its like.</summary>
    public static Dictionary<string, long[]> Samples(string raw)
    {
        string[] lines = raw.Split('\n');
        int samples = Array.IndexOf(lines, "Samples:") + 2;
        int locations = Array.IndexOf(lines, "Locations");
        int mappings = Array.IndexOf(lines, "Mappings");
        Dictionary<string, string> frames = Frames(lines.AsSpan()[(locations + 1)..mappings]);
        var totals = new Dictionary<string, long[]>(StringComparer.Ordinal);
        for (int i = samples; i < locations;)
        {
            Match sample = SampleLine().Match(lines[i++]);
            Assert.True(sample.Success, lines[i - 1]);
            IEnumerable<string> stack = sample.Groups["id"].Captures.Select(id => frames[id.Value]);
            var labels = new List<string>();
            for (; i < locations && lines[i].StartsWith(LabelIndent, StringComparison.Ordinal); i++)
            {
                string label = lines[i].Replace(BaseLabel, "", StringComparison.Ordinal).Trim();
                labels.AddRange(label.Length == 0 ? [] : [label]);
            }

            CaptureCollection values = sample.Groups["value"].Captures;
            Add(totals, stack, labels, values.Select(value => long.Parse(value.Value, CultureInfo.InvariantCulture)));
        }

        return WithoutZeros(totals);
    }

    /// <summary>The samples of a profile as this project's reader sees them.</summary>
    public static Dictionary<string, long[]> Samples(byte[] profile)
    {
        var totals = new Dictionary<string, long[]>(StringComparer.Ordinal);
        foreach (ProfileSample sample in Totals.Dump(profile).Samples.Where(sample => sample.LeafFirst.Any()))
        {
            IEnumerable<string> stack = sample.LeafFirst.Select(frame => Frame(
                frame.Address,
                string.Create(CultureInfo.InvariantCulture, $"{frame.Function} {frame.File}:{frame.Line} s={frame.StartLine}")));
            Add(totals, stack, Labels(sample.Labels), sample.Values);
        }

        return WithoutZeros(totals);
    }

    private static bool IsKept(string line) =>
        !line.StartsWith("Time: ", StringComparison.Ordinal) && !line.StartsWith("Duration: ", StringComparison.Ordinal);

    /// <summary>The frames of each location by its id, inlined ones included.</summary>
    private static Dictionary<string, string> Frames(ReadOnlySpan<string> lines)
    {
        var frames = new Dictionary<string, string>(StringComparer.Ordinal);
        string id = "";
        ulong address = 0;
        foreach (string line in lines)
        {
            Match location = LocationLine().Match(line);
            if (location.Success)
            {
                id = location.Groups["id"].Value;
                address = ulong.Parse(location.Groups["address"].Value, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
                frames[id] = Frame(address, SystemName().Replace(location.Groups["line"].Value, ""));
            }
            else
            {
                frames[id] += " < " + Frame(address, SystemName().Replace(line.TrimStart(' '), ""));
            }
        }

        return frames;
    }

    // A location that has no line at all, and one whose line says nothing, are the same to a reader.
    private static string Frame(ulong address, string line) =>
        string.Create(CultureInfo.InvariantCulture, $"{address:x} {(line is " :0 s=0" or ":0 s=0" ? "" : line.Trim())}");

    /// <summary>Texts in one line and numbers in another; values of the same key stand together.</summary>
    private static List<string> Labels(IReadOnlyList<SampleLabel> labels)
    {
        IEnumerable<string> texts = labels.Where(label => label.Text.Length > 0)
            .GroupBy(label => label.Key, label => label.Text)
            .Select(group => $"{group.Key}:[{string.Join(' ', group)}]");
        IEnumerable<string> numbers = labels.Where(label => label.Text.Length == 0 && (label.Number != 0 || label.Unit.Length > 0))
            .GroupBy(label => label.Key)
            .Select(group => $"{group.Key}:[{string.Join(' ', group.Select(label =>
                group.All(other => other.Unit.Length == 0) ? $"{label.Number}" : $"{label.Number} {label.Unit}"))}]");
        IEnumerable<string> lines = new[] { texts, numbers }.Select(line => string.Join(' ', line.Order(StringComparer.Ordinal)));
        return [.. lines.Where(line => line.Length > 0)];
    }

    private static void Add(
        Dictionary<string, long[]> totals, IEnumerable<string> stack, IEnumerable<string> labels, IEnumerable<long> values)
    {
        string key = string.Join(" < ", stack) + " | " + string.Join(" | ", labels);
        totals[key] = totals.TryGetValue(key, out long[]? sums) ? [.. sums.Zip(values, (sum, value) => sum + value)] : [.. values];
    }

    private static Dictionary<string, long[]> WithoutZeros(Dictionary<string, long[]> totals) =>
        totals.Where(total => total.Value.Any(value => value != 0)).ToDictionary(StringComparer.Ordinal);

    [GeneratedRegex(@"^ *(?:(?<value>-?\d+) *)+: (?:(?<id>\d+) )*$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex SampleLine();

    [GeneratedRegex(
        @"^ *(?<id>\d+): 0x(?<address>[0-9a-f]+) (M=\d+ )?(\[F\] )?(?<line>.*)$",
        RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex LocationLine();

    // Stands behind the line where a function's name is not that of the linker; our reader does not give it.
    [GeneratedRegex(@"(?<= s=\d+)\(.*\)$", RegexOptions.ExplicitCapture | RegexOptions.CultureInvariant)]
    private static partial Regex SystemName();
}
