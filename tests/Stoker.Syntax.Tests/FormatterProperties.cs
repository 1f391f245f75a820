using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Stoker.Syntax.Tests;

/// <summary>What holds for every file that parses.</summary>
public sealed class FormatterProperties
{
    private static readonly Gen<string> Sources = Gen.Choose(0, int.MaxValue).Select(seed => new SourceGenerator(seed).Write());

    [Fact]
    public void GeneratedFile_Parses() => ForAll(source =>
    {
        Text.Parse(source, out DiagnosticBag diagnostics);
        Assert.Equal(0, diagnostics.ErrorCount);
    });

    [Fact]
    public void Format_KeepsTheMeaning() => ForAll(source =>
        Assert.Equal(Shape.Of(Text.Parse(source, out _)!), Shape.Of(Text.Parse(Format(source), out _)!)));

    [Fact]
    public void Format_KeepsEveryCommentInItsOrder() => ForAll(source =>
        Assert.Equal(Shape.Comments(source), Shape.Comments(Format(source))));

    [Fact]
    public void Format_Twice_IsFormatOnce() => ForAll(source => Assert.Equal(Format(source), Format(Format(source))));

    [Fact]
    public void Format_EndsWithOneLineFeed_AndStartsAtOnce() => ForAll(source =>
    {
        string formatted = Format(source);
        Assert.False(formatted.EndsWith("\n\n", StringComparison.Ordinal));
        Assert.True(formatted == "\n" || !char.IsWhiteSpace(formatted[0]));
    });

    private static void ForAll(Action<string> check) =>
        Check.One(Config.QuickThrowOnFailure.WithMaxTest(2000), Prop.ForAll(Sources.ToArbitrary(), check));

    private static string Format(string source)
    {
        var diagnostics = new DiagnosticBag();
        byte[]? formatted = Formatter.Format(SourceFile.FromText("t.alloy", source), diagnostics);
        Assert.NotNull(formatted);

        // The formatter warns when it gives up.
        Assert.DoesNotContain(diagnostics.ToSortedList(), diagnostic => diagnostic.Span is null);
        return Encoding.UTF8.GetString(formatted);
    }
}
