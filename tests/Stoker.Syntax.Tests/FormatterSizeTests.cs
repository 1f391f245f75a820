using System.Text;

namespace Stoker.Syntax.Tests;

/// <summary>Files of many kinds of great size take memory in proportion, and come out formatted. Quadratic time would never end here.</summary>
public sealed class FormatterSizeTests
{
    private const int Count = 20_000;
    private const long FixedBytes = 1 << 20;
    private const long BytesPerByte = 800;

    private static readonly Dictionary<string, string> Sources = new(StringComparer.Ordinal)
    {
        ["targets"] = "a = [\n" + Repeat(i => $"{{\"__address__\" = \"10.0.0.1:{i}\", zone = \"eu\"}},\n") + "]\n",
        ["list on one line"] = "a = [" + Repeat(i => $"{i}, ") + "]\n",
        ["object on one line"] = "a = {" + Repeat(i => $"k{i} = 1, ") + "}\n",
        ["aligned attributes"] = Repeat(i => $"name_{i} = {i} // comment\n"),
        ["blocks"] = Repeat(i => $"block \"b{i}\" {{ a = 1 }}\n"),
        ["comments on lines of their own"] = Repeat(i => $"// {i}\n"),
        ["comments on one line"] = Repeat(i => $"/* {i} */") + "\n",
        ["comments inside a call"] = "a = foo(\n" + Repeat(i => $"// {i}\n{i}, // c\n") + "// last\n)\n",
        ["a wide cell beside many narrow ones"] = "a = \"" + new string('x', 50_000) + "\" // c\n" + Repeat(_ => "b = 1 // c\n"),
        ["tabs in a string"] = "a = \"" + new string('\t', 50_000) + "\" // c\nb = 1 // c\n",
        ["a long raw string"] = "a = `" + Repeat(i => $"\t{i}\t \n") + "`\n",
    };

    public static TheoryData<string> Kinds => [.. Sources.Keys];

    [Theory]
    [MemberData(nameof(Kinds))]
    public void Format_LargeFile_TakesMemoryInProportionAndIsStable(string kind)
    {
        string source = Sources[kind];
        byte[] formatted = Format(Encoding.UTF8.GetBytes(source));

        string text = Encoding.UTF8.GetString(formatted);
        Assert.Equal(Shape.Of(Text.Parse(source, out _)!), Shape.Of(Text.Parse(text, out _)!));
        Assert.Equal(Shape.Comments(source), Shape.Comments(text));
        Assert.Equal(formatted, Format(formatted));
    }

    [Fact]
    public void Format_CellThatWouldMultiplyTheFile_AlignsNothing()
    {
        byte[] formatted = Format(Encoding.UTF8.GetBytes(Sources["a wide cell beside many narrow ones"]));

        Assert.EndsWith("\nb = 1 // c\nb = 1 // c\n", Encoding.UTF8.GetString(formatted), StringComparison.Ordinal);
    }

    private static string Repeat(Func<int, string> text) => string.Concat(Enumerable.Range(0, Count).Select(text));

    private static byte[] Format(byte[] source)
    {
        var file = new SourceFile("t.alloy", source);
        var diagnostics = new DiagnosticBag();
        long before = GC.GetAllocatedBytesForCurrentThread();
        byte[]? formatted = Formatter.Format(file, diagnostics);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.InRange(allocated, 0, FixedBytes + (source.Length * BytesPerByte));
        Assert.Empty(Text.Messages(diagnostics));
        Assert.NotNull(formatted);
        return formatted;
    }
}
