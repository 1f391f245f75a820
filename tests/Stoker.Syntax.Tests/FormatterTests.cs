using System.Text;

namespace Stoker.Syntax.Tests;

public sealed class FormatterTests
{
    public static TheoryData<string> Pairs => [.. Corpus.FormatPairs()];

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Format_Pair_IsAsExpectedToTheByte(string name)
    {
        (byte[] source, byte[] expected) = Corpus.FormatPair(name);

        Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(Format(source)));
    }

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Format_ItsOwnResult_ChangesNothing(string name)
    {
        byte[] expected = Corpus.FormatPair(name).Expected;

        Assert.Equal(Encoding.UTF8.GetString(expected), Encoding.UTF8.GetString(Format(expected)));
    }

    [Fact]
    public void Format_SyntaxError_IsReportedAndNothingIsFormatted()
    {
        var diagnostics = new DiagnosticBag();

        Assert.Null(Formatter.Format(SourceFile.FromText("t.alloy", "a = 1\nb = ]\n"), diagnostics));

        Assert.StartsWith("t.alloy:2:5: ", Assert.Single(diagnostics.ToSortedList()).ToString(), StringComparison.Ordinal);
    }

    private static byte[] Format(byte[] source)
    {
        var diagnostics = new DiagnosticBag();
        byte[]? formatted = Formatter.Format(new SourceFile("t.alloy", source), diagnostics);
        Assert.False(formatted is null, string.Join('\n', Text.Messages(diagnostics)));
        return formatted;
    }
}
