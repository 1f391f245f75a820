using System.IO.Compression;
using System.Text;
using Google.Protobuf;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.TestKit.Programs;

/// <summary>Reads the body of a profile, gzip or plain, independently of the product.</summary>
public static class ProfileBody
{
    public static PprofProfile Parse(ReadOnlyMemory<byte> body)
    {
        if (!IsGzip(body.Span))
        {
            return PprofProfile.Parser.ParseFrom(body.Span);
        }

        using var gzip = new GZipStream(new MemoryStream(body.ToArray()), CompressionMode.Decompress);
        return PprofProfile.Parser.ParseFrom(gzip);
    }

    public static byte[] Compress(PprofProfile profile, CompressionLevel level)
    {
        var body = new MemoryStream();
        using (var gzip = new GZipStream(body, level))
        {
            profile.WriteTo(gzip);
        }

        return body.ToArray();
    }

    /// <summary>The names of the value columns, such as <c>alloc_space</c>.</summary>
    public static IReadOnlyList<string> Columns(PprofProfile profile) =>
        [.. profile.SampleType.Select(type => profile.StringTable[(int)type.Type])];

    /// <summary>
    /// The values by stack, those of equal stacks added up. A stack is written out in full, leaf first: addresses, functions, files, lines and
    /// the sample's labels, so that two profiles can be compared whatever ids they use.
    /// </summary>
    public static Dictionary<string, long[]> ValuesByStack(PprofProfile profile)
    {
        Dictionary<ulong, string> locations = profile.Location.ToDictionary(location => location.Id, LocationTexts(profile));
        var values = new Dictionary<string, long[]>();
        foreach (Sample sample in profile.Sample)
        {
            string stack = StackText(profile, sample, locations);
            if (!values.TryGetValue(stack, out long[]? sums))
            {
                values[stack] = sums = new long[profile.SampleType.Count];
            }

            for (int i = 0; i < sums.Length; i++)
            {
                sums[i] += sample.Value[i];
            }
        }

        return values;
    }

    private static bool IsGzip(ReadOnlySpan<byte> body) => body.Length > 2 && body[0] == 0x1F && body[1] == 0x8B;

    private static Func<Location, string> LocationTexts(PprofProfile profile)
    {
        Dictionary<ulong, Function> functions = profile.Function.ToDictionary(function => function.Id);
        return location => $"{location.Address:x} " + string.Join(" < ", location.Line.Select(line =>
        {
            Function function = functions[line.FunctionId];
            return $"{profile.StringTable[(int)function.Name]} {profile.StringTable[(int)function.Filename]}:{line.Line_}";
        }));
    }

    private static string StackText(PprofProfile profile, Sample sample, Dictionary<ulong, string> locations)
    {
        var text = new StringBuilder();
        foreach (ulong id in sample.LocationId)
        {
            text.Append(locations[id]).Append('\n');
        }

        IEnumerable<string> labels = sample.Label
            .Select(label => $"{profile.StringTable[(int)label.Key]}={profile.StringTable[(int)label.Str]}{label.Num}{profile.StringTable[(int)label.NumUnit]}")
            .Order(StringComparer.Ordinal);
        return text.AppendJoin(',', labels).ToString();
    }
}
