using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Components.Tests.Arguments;

/// <summary>How a body becomes arguments, as <c>docs/reference/language-checklist.md</c> lists it.</summary>
public sealed class DecodingRulesTests
{
    [Fact]
    public void Block_LeftOut_HasTheOuterDefaultAndWritten_ItsOwn()
    {
        Assert.Equal(9, Decode("").Inner.Size);
        Assert.Equal(1, Decode("inner { }").Inner.Size);
        Assert.Equal(5, Decode("inner { size = 5 }").Inner.Size);
    }

    [Fact]
    public void ListAndMap_Written_ReplaceTheDefault()
    {
        Assert.Equal(["a", "b"], Decode("").Words);
        Assert.Equal(["c"], Decode("words = [\"c\"]").Words);
        Assert.Empty(Decode("words = []").Words);
        Assert.Empty(Decode("words = null").Words);
        Assert.Equal("x", Assert.Single(Decode("").Labels).Key);
        Assert.Equal("y", Assert.Single(Decode("labels = {y = \"1\"}").Labels).Key);
    }

    [Fact]
    public void Null_OverADefault_IsTheZeroValue() => Assert.Equal(0, Decode("inner { size = null }").Inner.Size);

    [Fact]
    public void Blocks_OfOneName_KeepTheirOrder() =>
        Assert.Equal([3, 1, 2], Decode("item { size = 3 }\nitem { }\nitem { size = 2 }").Items.Select(item => item.Size));

    [Fact]
    public void Checks_RunInnerBlocksFirst()
    {
        var order = new List<string>();
        Decode("size = 2\ninner { size = 3 }\nitem { size = 4 }", order);
        Assert.Equal(["inner 3", "inner 4", "outer 2"], order);
    }

    [Theory]
    [InlineData("inner = {}", "1:1: \"inner\" must be written as a block: inner { ... }")]
    [InlineData("size { }", "1:1: \"size\" must be written as an attribute: size = ...")]
    [InlineData("inner { }\ninner { }", "2:1: block \"inner\" may be written only once; it stands already at 1:1")]
    [InlineData("size = 1\nsize = 1", "2:1: attribute \"size\" may be written only once; it stands already at 1:1")]
    [InlineData("inner.part { }\ninner { part { } }", "2:9: unrecognized block \"part\"")]
    [InlineData("inner \"x\" { }", "1:7: block \"inner\" takes no label")]
    [InlineData("inner \"\" { }", "")]
    [InlineData("other { }", "1:1: unrecognized block \"other\"")]
    [InlineData("other = 1", "1:1: unrecognized attribute \"other\"")]
    public void Body_WithAMistake_NamesItsPlace(string body, string expected)
    {
        TryDecode(body, [], out string messages);
        Assert.Equal(expected, messages);
    }

    [Fact]
    public void Range_OfAMistake_IsTheHeaderOrTheName()
    {
        var diagnostics = new DiagnosticBag();
        SourceFile file = SourceFile.FromText("t", "other \"x\" {\n}\nunknown = 1\n");
        Sample.SchemaWith([]).DecodeObject(Parser.Parse(file, diagnostics)!, new SourceSpan(file, 0, 1), Empty, diagnostics);
        Assert.Equal(["other \"x\" {", "unknown"], diagnostics.ToSortedList().Select(d => d.Span!.Value.Text));
    }

    [Theory]
    [InlineData("100")]
    [InlineData("1d")]
    [InlineData("1w")]
    [InlineData("1H")]
    [InlineData("1h 30m")]
    [InlineData("")]
    [InlineData("9999999h")]
    [InlineData("1e3s")]
    public void Duration_OutsideItsSyntax_IsAMistake(string text) => Assert.Contains("should be a duration", Decoded.Errors($"interval = \"{text}\""), StringComparison.Ordinal);

    [Theory]
    [InlineData("\"1m30s\"", 90)]
    [InlineData("\"1.5h\"", 5400)]
    [InlineData("\".5s\"", 0.5)]
    [InlineData("\"-5s\"", -5)]
    [InlineData("\"+5s\"", 5)]
    [InlineData("\"1m1h\"", 3660)]
    [InlineData("\"1s1s\"", 2)]
    [InlineData("\"500ms\"", 0.5)]
    [InlineData("\"0\"", 0)]
    [InlineData("0", 0)]
    [InlineData("0.0", 0)]
    public void Duration_InItsSyntax_IsTheTime(string expression, double seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Decoded.From($"name = \"n\"\ninterval = {expression}").Interval);

    [Theory]
    [InlineData("\"1B\"", 1L)]
    [InlineData("\"1KB\"", 1L << 10)]
    [InlineData("\"1KiB\"", 1L << 10)]
    [InlineData("\"1MB\"", 1L << 20)]
    [InlineData("\"1GiB\"", 1L << 30)]
    [InlineData("\"1TB\"", 1L << 40)]
    [InlineData("\"1PiB\"", 1L << 50)]
    [InlineData("\"1EB\"", 1L << 60)]
    [InlineData("\"0.5KiB\"", 512L)]
    [InlineData("\"1KiB1B\"", 1025L)]
    [InlineData("0", 0L)]
    public void Size_InItsSyntax_IsTheBytes(string expression, long bytes) =>
        Assert.Equal(bytes, Decoded.From($"name = \"n\"\nlimit = {expression}").Limit);

    [Theory]
    [InlineData("\"1\"")]
    [InlineData("1")]
    [InlineData("\"1kib\"")]
    [InlineData("\"1 KiB\"")]
    [InlineData("\"KiB\"")]
    [InlineData("\"-1KiB\"")]
    public void Size_OutsideItsSyntax_IsAMistake(string expression) => Assert.Contains("should be a size", Decoded.Errors($"limit = {expression}"), StringComparison.Ordinal);

    private static readonly Scope Empty = new(new Dictionary<string, Value>(), StandardLibrary.Create(_ => null));

    private static Sample Decode(string body, List<string>? order = null)
    {
        Sample? decoded = TryDecode(body, order ?? [], out string messages);
        Assert.True(decoded is not null, messages);
        return decoded;
    }

    private static Sample? TryDecode(string text, List<string> order, out string messages)
    {
        SourceFile file = SourceFile.FromText("t.alloy", text);
        var diagnostics = new DiagnosticBag();
        Body body = Parser.Parse(file, diagnostics)!;
        var decoded = (Sample?)Sample.SchemaWith(order).DecodeObject(body, new SourceSpan(file, 0, 0), Empty, diagnostics);
        messages = string.Join('\n', diagnostics.ToSortedList().Select(d => d.ToString().Replace("t.alloy:", "", StringComparison.Ordinal)));
        return decoded;
    }

    private sealed record Sample
    {
        public long Size { get; init; }

        public IReadOnlyList<string> Words { get; init; } = ["a", "b"];

        public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string> { ["x"] = "1" };

        public Part Inner { get; init; } = new() { Size = 9 };

        public Part Dotted { get; init; } = new();

        public IReadOnlyList<Part> Items { get; init; } = [];

        public static BlockSchema<Sample> SchemaWith(List<string> order)
        {
            BlockSchema<Part> part = new BlockSchema<Part>(new Part())
                .Optional("size", ArgumentTypes.Integer, a => a.Size, (a, v) => a with { Size = v }, "How large.")
                .Validate((a, _) => order.Add($"inner {a.Size}"));
            return new BlockSchema<Sample>(new Sample())
                .Optional("size", ArgumentTypes.Integer, a => a.Size, (a, v) => a with { Size = v }, "How large.")
                .Optional("words", ArgumentTypes.List(ArgumentTypes.String), a => a.Words, (a, v) => a with { Words = v }, "Words.")
                .Optional("labels", ArgumentTypes.Map(ArgumentTypes.String), a => a.Labels, (a, v) => a with { Labels = v }, "Labels.")
                .Block("inner", part, a => a.Inner, (a, v) => a with { Inner = v }, "Inside.")
                .Block("inner.part", part, a => a.Dotted, (a, v) => a with { Dotted = v }, "A part.")
                .Blocks("item", part, a => a.Items, (a, v) => a with { Items = v }, "Items.")
                .Validate((a, _) => order.Add($"outer {a.Size}"));
        }
    }

    private sealed record Part
    {
        public long Size { get; init; } = 1;
    }
}
