namespace Stoker.Syntax.Tests;

public sealed class DiagnosticPrinterTests
{
    // Tabs indent, except for the two spaces before the last brace.
    private const string Demo = "\nshop.cart \"main\" {\n\titems    = \"apples\"\n\tcurrency = \"EUR\"\n}\n\nshop.order \"late\" {\n\tid = 9\n  }\n";

    [Fact]
    public void Print_OneLineAndSeveralLines_GivesAlloysLayout()
    {
        SourceFile file = SourceFile.FromText("demo.alloy", Demo);
        Assert.Equal(
            """
            Error: demo.alloy:3:13: value must be a list

            2 | shop.cart "main" {
            3 |     items    = "apples"
              |                ^^^^^^^^
            4 |     currency = "EUR"

            Warning: demo.alloy:7:1: two suppliers given

             6 |   
             7 |   shop.order "late" {
               |  _^^^^^^^^^^^^^^^^^^^
             8 | |     id = 9
             9 | |   }
               | |_^^^
            10 |   

            """,
            Print(
                color: false,
                new Diagnostic(DiagnosticSeverity.Error, Find(file, "\"apples\""), "value must be a list"),
                new Diagnostic(DiagnosticSeverity.Warning, Find(file, "shop.order \"late\" {\n\tid = 9\n  }"), "two suppliers given")));
    }

    [Fact]
    public void Print_FirstAndLastLine_ShowsWhatContextThereIs() =>
        Assert.Equal("Error: t:1:1: m\n\n1 | a = b\n  | ^^^^^\n", Print(color: false, Error("a = b", "a = b")));

    [Fact]
    public void Print_EmptyRange_HasOneCaret() =>
        Assert.Equal("Error: t:1:3: m\n\n1 | a = b\n  |   ^\n2 | \n", Print(color: false, At("a = b\n", 2, 2)));

    [Fact]
    public void Print_EndOfLine_HasNoCaret() =>
        Assert.Equal("Error: t:1:6: m\n\n1 | a = b\n  |      \n2 | c = d\n", Print(color: false, At("a = b\nc = d", 5, 5)));

    [Fact]
    public void Print_TabsBeforeAndInsideTheRange_CountAsFourBlanks() =>
        Assert.Equal("Error: t:1:2: m\n\n1 |     a    b\n  |     ^    ^\n", Print(color: false, At("\ta\tb", 1, 4)));

    [Fact]
    public void Print_SeveralBytesACharacter_AlignsByCharacter() =>
        Assert.Equal("Error: t:1:10: m\n\n1 | \"äö\" + x\n  |        ^\n", Print(color: false, Error("\"äö\" + x", "x")));

    [Fact]
    public void Print_CarriageReturns_DoNotShow() =>
        Assert.Equal("Error: t:2:1: m\n\n1 | a\n2 | b\n  | ^\n3 | c\n", Print(color: false, Error("a\r\nb\r\nc", "b")));

    [Fact]
    public void Print_ByteOrderMark_DoesNotShiftTheFirstLine() =>
        Assert.Equal("Error: t:1:5: m\n\n1 | a = b\n  |     ^\n", Print(color: false, Error("\uFEFFa = b", "b")));

    [Fact]
    public void Print_ControlCharacters_DoNotReachTheTerminal() =>
        Assert.DoesNotContain('\e', Print(color: false, At("a = \"\e[31m\"", 0, 1), new Diagnostic(DiagnosticSeverity.Error, null, "found \e[31m")));

    [Fact]
    public void Print_NoPlace_ShowsTheMessageAlone() =>
        Assert.Equal("Error: m\n", Print(color: false, new Diagnostic(DiagnosticSeverity.Error, null, "m")));

    [Fact]
    public void Print_Color_IsInTheHeaderOnly()
    {
        var warning = new Diagnostic(DiagnosticSeverity.Warning, null, "n");
        Assert.Equal(
            "\e[1;31mError: \e[0m\e[1mt:1:1: m\e[0m\n\n1 | a\n  | ^\n\n\e[1;33mWarning: \e[0m\e[1mn\e[0m\n",
            Print(color: true, At("a", 0, 1), warning));
    }

    [Fact]
    public void Print_HugeRangeAndLine_IsCut()
    {
        string lines = string.Concat(Enumerable.Repeat(new string('x', 5000) + "\n", 1000));
        Assert.InRange(Print(color: false, At(lines, 0, lines.Length)).Length, 10_000, 100_000);
    }

    private static string Print(bool color, params Diagnostic[] diagnostics)
    {
        var output = new StringWriter();
        DiagnosticPrinter.Print(diagnostics, output, color);
        return output.ToString();
    }

    private static Diagnostic Error(string text, string part) =>
        new(DiagnosticSeverity.Error, Find(SourceFile.FromText("t", text), part), "m");

    private static Diagnostic At(string text, int start, int end) =>
        new(DiagnosticSeverity.Error, new SourceSpan(SourceFile.FromText("t", text), start, end), "m");

    private static SourceSpan Find(SourceFile file, string part)
    {
        byte[] bytes = System.Text.Encoding.UTF8.GetBytes(part);
        int start = file.Utf8.IndexOf(bytes);
        return new SourceSpan(file, start, start + bytes.Length);
    }

    [Fact]
    public void Print_SecretText_ShowsNoLineOfIt()
    {
        var file = SourceFile.FromText("import.string.x", "a = hidden\n", isSecret: true);
        var output = new StringWriter();

        DiagnosticPrinter.Print([new Diagnostic(DiagnosticSeverity.Error, new SourceSpan(file, 4, 10), "wrong")], output, color: false);

        Assert.Equal("Error: import.string.x:1:5: wrong\n", output.ToString());
    }
}
