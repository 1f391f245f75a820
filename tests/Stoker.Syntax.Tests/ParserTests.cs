using Stoker.Syntax.Ast;

namespace Stoker.Syntax.Tests;

public sealed class ParserTests
{
    [Fact]
    public void Parse_Block_GivesNamesLabelAndPlaces()
    {
        Body body = Parsed("a.b \"c\" {\n\td = 1\n}\n");
        var block = Assert.IsType<BlockStatement>(Assert.Single(body.Statements));
        Assert.Equal("a.b", block.Name);
        Assert.Equal(["a", "b"], block.NameParts);
        Assert.Equal("c", block.BlockLabel);
        Assert.Equal("a.b", block.NameSpan.Text);
        Assert.Equal("\"c\"", block.LabelSpan?.Text);
        Assert.Equal("a.b \"c\" {", block.HeaderSpan.Text);
        Assert.Equal("a.b \"c\" {\n\td = 1\n}", block.Span.Text);
        var attribute = Assert.IsType<AttributeStatement>(Assert.Single(block.Body.Statements));
        Assert.Equal(("d", "d", "d = 1", "1"), (attribute.Name, attribute.NameSpan.Text, attribute.Span.Text, attribute.Value.Span.Text));
    }

    [Fact]
    public void Parse_EmptyLabel_IsNoLabel() =>
        Assert.Null(Assert.IsType<BlockStatement>(Assert.Single(Parsed("a \"\" {}").Statements)).BlockLabel);

    [Theory]
    [InlineData("a.b[0](1, 2).c", "a.b[0](1, 2).c|a.b[0](1, 2)|a.b[0]|a.b|a|0|1|2")]
    [InlineData("-a + (b)", "-a + (b)|-a|a|(b)|b")]
    [InlineData("[a, {b = c}]", "[a, {b = c}]|a|{b = c}|c")]
    public void Parse_Expression_EachNodeCoversItsText(string expression, string expected) =>
        Assert.Equal(expected, string.Join('|', Nodes(ParsedExpression(expression)).Select(node => node.Span.Text)));

    [Theory]
    [InlineData("a || b && c", "(a || (b && c))")]
    [InlineData("a && b == c", "(a && (b == c))")]
    [InlineData("a == b < c", "((a == b) < c)")]
    [InlineData("a < b + c", "(a < (b + c))")]
    [InlineData("a + b * c - d", "((a + (b * c)) - d)")]
    [InlineData("a * b / c % d", "(((a * b) / c) % d)")]
    [InlineData("a * b ^ c ^ d", "(a * (b ^ (c ^ d)))")]
    [InlineData("-a ^ -b", "(-a ^ -b)")]
    [InlineData("!a.b == c[0]", "(!a.b == c[0])")]
    [InlineData("a ^ b * c", "((a ^ b) * c)")]
    public void Parse_Operators_GroupByPrecedence(string expression, string expected) =>
        Assert.Equal(expected, Grouped(ParsedExpression(expression)));

    [Fact]
    public void Parse_RandomExpressions_GroupAsTheyWereBuilt()
    {
        var random = new Random(20260101);
        for (int i = 0; i < 3000; i++)
        {
            (string text, string grouped, _) = RandomExpression(random, depth: 5);
            Assert.Equal(grouped, Grouped(ParsedExpression(text)));
        }
    }

    [Theory]
    [InlineData("FF FE 61 00", "t.alloy:1:1: the file is encoded as UTF-16 (little endian); save it as UTF-8")]
    [InlineData("FE FF 00 61", "t.alloy:1:1: the file is encoded as UTF-16 (big endian); save it as UTF-8")]
    [InlineData("FF FE 00 00 61 00 00 00", "t.alloy:1:1: the file is encoded as UTF-32 (little endian); save it as UTF-8")]
    [InlineData("00 00 FE FF 00 00 00 61", "t.alloy:1:1: the file is encoded as UTF-32 (big endian); save it as UTF-8")]
    [InlineData("61 3D 31 00", "t.alloy:1:4: the file holds a NUL byte; save it as plain UTF-8 text")]
    [InlineData("61 3D 22 00 22", "t.alloy:1:4: the file holds a NUL byte; save it as plain UTF-8 text")]
    [InlineData("2F 2F 00", "t.alloy:1:3: the file holds a NUL byte; save it as plain UTF-8 text")]
    [InlineData("61 3D 22 C3 22", "t.alloy:1:4: byte 0xC3 is not valid UTF-8; save the file as UTF-8")]
    [InlineData("61 3D 60 FF 60", "t.alloy:1:4: byte 0xFF is not valid UTF-8; save the file as UTF-8")]
    [InlineData("61 3D 31 0A 2F 2A ED A0 80 2A 2F", "t.alloy:2:3: byte 0xED is not valid UTF-8; save the file as UTF-8")]
    [InlineData("61 3D 31 0A EF BB BF 62 3D 31", "t.alloy:2:1: a byte order mark may stand only at the very start of the file; remove it here")]
    public void Parse_WrongBytes_AreReportedWhereTheyStand(string hex, string expected)
    {
        var diagnostics = new DiagnosticBag();
        Assert.Null(Parser.Parse(new SourceFile("t.alloy", Convert.FromHexString(hex.Replace(" ", "", StringComparison.Ordinal))), diagnostics));
        Assert.Equal(expected, diagnostics.ToSortedList()[0].ToString());
    }

    [Theory]
    [InlineData("[")]
    [InlineData("(")]
    [InlineData("{a = ")]
    [InlineData("-")]
    [InlineData("!")]
    [InlineData("f(")]
    [InlineData("x[")]
    [InlineData("1 ^ ")]
    [InlineData("1 + ")]
    [InlineData("x.")]
    [InlineData("[\n")]
    [InlineData("{a =\n")]
    [InlineData("[1,\n[2\n")]
    public void Parse_EndlessExpression_IsAnError(string part)
    {
        Assert.NotEmpty(Text.Errors("a = " + string.Concat(Enumerable.Repeat(part, 100_000))));
        Assert.NotEmpty(Text.Errors("a = " + string.Concat(Enumerable.Repeat(part, 100_000)) + "x"));
    }

    [Theory]
    [InlineData("[", "]")]
    [InlineData("(", ")")]
    [InlineData("{a = ", "}")]
    [InlineData("f(", ")")]
    public void Parse_DeepButClosed_IsOneErrorAndTheRestIsRead(string open, string close)
    {
        string deep = string.Concat(Enumerable.Repeat(open, 100_000)) + "x" + string.Concat(Enumerable.Repeat(close, 100_000));
        IReadOnlyList<string> errors = Text.Errors($"a = {deep}\nb = )");
        Assert.Equal(2, errors.Count);
        Assert.Contains("nests more than 200 levels deep", errors[0], StringComparison.Ordinal);
        Assert.StartsWith("2:5: ", errors[1], StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("a {")]
    [InlineData("a {\n")]
    [InlineData("a \"b\" {\nc = 1\n")]
    public void Parse_EndlessBlocks_AreAnError(string part) =>
        Assert.NotEmpty(Text.Errors(string.Concat(Enumerable.Repeat(part, 100_000))));

    [Theory]
    [InlineData(" + 1")]
    [InlineData(".x")]
    [InlineData("[0]")]
    [InlineData("(1)")]
    public void Parse_LongChain_HasABound(string part)
    {
        Assert.Empty(Text.Errors("a = b" + string.Concat(Enumerable.Repeat(part, 400))));
        Assert.Contains("more than 500 steps", Assert.Single(Text.Errors("a = b" + string.Concat(Enumerable.Repeat(part, 600)))), StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_ManyMistakes_StopsAfterSome() =>
        Assert.InRange(Text.Errors(string.Concat(Enumerable.Repeat("a = )\n@\n", 10_000))).Count, 50, 110);

    [Theory]
    [InlineData("a = \"b", 1)]
    [InlineData("a = b\n", 0)]
    [InlineData("a = [/* */ /* */ /* */ ", 1)]
    [InlineData("a.b.\n", 1)]
    [InlineData("/* */ ", 0)]
    public void Parse_LargeFile_Ends(string part, int errors) =>
        // With quadratic work a megabyte would outlast any patience.
        Assert.Equal(errors, Text.Errors(string.Concat(Enumerable.Repeat(part, 1_000_000 / part.Length))).Count);

    private static Body Parsed(string text)
    {
        Body? body = Text.Parse(text, out DiagnosticBag diagnostics);
        Assert.True(body is not null, text + "\n" + string.Join('\n', Text.Messages(diagnostics)));
        return body;
    }

    private static Expression ParsedExpression(string text) =>
        Assert.IsType<AttributeStatement>(Assert.Single(Parsed("x = " + text).Statements)).Value;

    private static IEnumerable<Expression> Nodes(Expression expression) => [expression, .. (expression switch
    {
        ParenExpression paren => [paren.Inner],
        ArrayExpression array => array.Elements,
        ObjectExpression fields => fields.Fields.Select(field => field.Value),
        AccessExpression access => [access.Value],
        IndexExpression index => [index.Value, index.Index],
        CallExpression call => [call.Function, .. call.Arguments],
        UnaryExpression unary => [unary.Operand],
        BinaryExpression binary => [binary.Left, binary.Right],
        _ => Enumerable.Empty<Expression>(),
    }).SelectMany(Nodes)];

    /// <summary>The expression with a pair of parentheses around each binary operation and without those of the source.</summary>
    private static string Grouped(Expression expression) => expression switch
    {
        ParenExpression paren => Grouped(paren.Inner),
        ArrayExpression array => $"[{string.Join(", ", array.Elements.Select(Grouped))}]",
        ObjectExpression fields => $"{{{string.Join(", ", fields.Fields.Select(field => $"{field.KeySpan.Text} = {Grouped(field.Value)}"))}}}",
        AccessExpression access => $"{Grouped(access.Value)}.{access.Name}",
        IndexExpression index => $"{Grouped(index.Value)}[{Grouped(index.Index)}]",
        CallExpression call => $"{Grouped(call.Function)}({string.Join(", ", call.Arguments.Select(Grouped))})",
        UnaryExpression unary => (unary.Operator == UnaryOperator.Not ? "!" : "-") + Grouped(unary.Operand),
        BinaryExpression binary => $"({Grouped(binary.Left)} {binary.OperatorSpan.Text} {Grouped(binary.Right)})",
        _ => expression.Span.Text,
    };

    /// <summary>An expression with only the parentheses it needs and random white space, and the same with all of them.</summary>
    private static (string Text, string Grouped, int Precedence) RandomExpression(Random random, int depth)
    {
        const int Primary = 8;
        string[][] operators = [["||"], ["&&"], ["==", "!=", "<", "<=", ">", ">="], ["+", "-"], ["*", "/", "%"], ["^"]];
        (string Text, string Grouped, int Precedence) Inner() => RandomExpression(random, depth - 1);
        string Wrapped((string Text, string Grouped, int Precedence) inner, int atLeast) =>
            inner.Precedence >= atLeast ? inner.Text : $"({inner.Text})";
        string Space() => random.Next(5) switch { 0 => "", 1 => " /* c */ ", _ => " " };
        string Break() => random.Next(4) == 0 ? "\n\t" : Space();

        switch (depth == 0 ? 0 : random.Next(9))
        {
            case 0:
                string[] atoms = ["a", "b1", "12", "3.5", "\"s\"", "`r\n`", "true", "null"];
                string atom = atoms[random.Next(atoms.Length)];
                return (atom, atom, Primary);
            case 1:
                (string Text, string Grouped, int Precedence) operand = Inner();
                string sign = random.Next(2) == 0 ? "!" : "-";
                return (sign + Space() + Wrapped(operand, 7), sign + operand.Grouped, 7);
            case 2:
                (string Text, string Grouped, int Precedence)[] items = [.. Enumerable.Range(0, random.Next(4)).Select(_ => Inner())];
                string comma = items.Length > 0 && random.Next(2) == 0 ? ",\n" : "";
                return ($"[{Break()}{string.Join("," + Break(), items.Select(item => item.Text))}{comma}]", $"[{string.Join(", ", items.Select(item => item.Grouped))}]", Primary);
            case 3:
                (string Text, string Grouped, int Precedence) field = Inner();
                return ($"{{{Break()}k{Space()}={Break()}{field.Text}}}", $"{{k = {field.Grouped}}}", Primary);
            case 4:
                (string Text, string Grouped, int Precedence) callee = Inner();
                (string Text, string Grouped, int Precedence) argument = Inner();
                string function = callee.Text.StartsWith('`') || char.IsAsciiDigit(callee.Text[^1]) ? "(f)" : Wrapped(callee, Primary);
                string shown = function == "(f)" ? "f" : callee.Grouped;
                return random.Next(3) switch
                {
                    0 => ($"{function}({Break()}{argument.Text})", $"{shown}({argument.Grouped})", Primary),
                    1 => ($"{function}[{Break()}{argument.Text}]", $"{shown}[{argument.Grouped}]", Primary),
                    _ => ($"{function}{Space()}.{Break()}n", $"{shown}.n", Primary),
                };
            default:
                int level = random.Next(operators.Length);
                string symbol = operators[level][random.Next(operators[level].Length)];
                int precedence = level + 1;
                (string Text, string Grouped, int Precedence) left = Inner();
                (string Text, string Grouped, int Precedence) right = Inner();
                bool toTheRight = symbol == "^";
                string text = Wrapped(left, toTheRight ? precedence + 1 : precedence) + " " + symbol + " " + Break().TrimEnd(' ')
                    + Wrapped(right, toTheRight ? precedence : precedence + 1);
                return (text, $"({left.Grouped} {symbol} {right.Grouped})", precedence);
        }
    }
}
