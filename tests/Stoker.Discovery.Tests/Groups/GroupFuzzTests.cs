using System.Text;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;

namespace Stoker.Discovery.Tests.Groups;

/// <summary>Whatever the bytes are: no exception, no more memory than the bytes are worth, and every skip has a place.</summary>
public sealed partial class GroupFuzzTests
{
    private const string JsonSeed = """
        [{"targets": ["10.0.0.7:6060", "b\u00e9:1"], "labels": {"service_name": "cart", "n": null}}, {"targets": null, "x": [1, {"y": true}]}, null, 5]
        """;

    private const string YamlSeed = """
        # c
        - &g
          targets: &t [one:1, "two\n", *t]
          labels: &l {a: x, <<: {b: 1}, ? [k] : v}
        - {targets: *t, labels: {<<: [*l, *g]}, other: |
            text
          }
        - *g
        --- !!seq
        - x
        """;

    // Objects, labels and the text itself, some of it for every byte; anything that multiplies comes far above.
    private const int MaxBytesPerByte = 1_000;
    private const int FixedBytes = 1_000_000;

    [Fact]
    public void Json_AnyBytes_AreReadOrRefused() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<byte[]>(bytes => Survives(GroupText.OfJson, bytes)));

    [Fact]
    public void Yaml_AnyBytes_AreReadOrRefused() =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll<byte[]>(bytes => Survives(GroupText.OfYaml, bytes)));

    [Fact]
    public void Json_ChangedText_IsReadOrRefused() => SurviveChanges(
        GroupText.OfJson, JsonSeed, ["[", "]", "{", "}", "\"", ",", ":", "null", "\"targets\":", "\"labels\":", "\\ud800", "\\u0000", "1e9", "\uFEFF"]);

    [Fact]
    public void Yaml_ChangedText_IsReadOrRefused() => SurviveChanges(
        GroupText.OfYaml,
        YamlSeed,
        ["- ", "  ", "\n", "{", "}", "[", "]", ": ", "? ", "&a ", "*a ", "<<: ", "!!str ", "!x ", "|\n", ">-\n", "'", "\"", "\\x", "\\UFFFFFFFF", "%YAML 9.9\n", "%TAG ! x\n", "---\n",
            "...\n", "#", "@", "`", "\t", "\0", "\u0085", "targets: ", "labels: ", "\uFEFF"]);

    private static void SurviveChanges(Func<byte[], GroupText> read, string seed, string[] tokens)
    {
        var random = new Random(7);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder(seed);
            for (int changes = random.Next(1, 6); changes > 0; changes--)
            {
                int at = random.Next(text.Length + 1);
                int length = Math.Min(random.Next(8), text.Length - at);
                text.Remove(at, length).Insert(at, tokens[random.Next(tokens.Length)]);
            }

            byte[] bytes = Encoding.UTF8.GetBytes(text.ToString());
            if (random.Next(4) == 0)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            Assert.True(Survives(read, bytes), text.ToString());
        }
    }

    private static bool Survives(Func<byte[], GroupText> read, byte[] bytes)
    {
        long before = GC.GetAllocatedBytesForCurrentThread();
        GroupText result = read(bytes);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        return allocated < FixedBytes + (bytes.Length * (long)MaxBytesPerByte)
            && result.Skipped.All(skip => Place().IsMatch(skip))
            && (result.SkippedCount > 0 || result.Skipped.Count == 0)
            && result.Fault is not "";
    }

    [GeneratedRegex("""^(group [1-9]\d*(, (target [1-9]\d*|(label|key) (".*"|0x.*)|a label|a key|"(targets|labels|<<)"))?|document 2): \S""", RegexOptions.Singleline)]
    private static partial Regex Place();
}
