using System.Text;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Tests;

/// <summary>Whatever the bytes are: no exception, an error or a tree, every place inside the file, and all of it can be printed and evaluated.</summary>
public sealed class FuzzTests
{
    private static readonly IReadOnlyDictionary<string, Value> Library = StandardLibrary.Create(_ => null);

    [Fact]
    public void Parse_RandomBytes_NeverThrows()
    {
        var random = new Random(1);
        for (int i = 0; i < 2000; i++)
        {
            var bytes = new byte[random.Next(200)];
            random.NextBytes(bytes);
            Check(bytes);
        }
    }

    [Fact]
    public void Parse_RandomTokens_NeverThrows()
    {
        string[] tokens =
        [
            "a", "b", "string", "format", ".", "=", "{", "}", "[", "]", "(", ")", ",", "\n", "\n", "1", "017", "2.5", "1e9", "\"s\"", "\"%d\"", "`r`", "true", "null",
            "+", "-", "*", "/", "%", "^", "!", "==", "<", "&&", "||", " ", "// c\n", "/* c */", "'", "|", "#", ";", ":", "\"", "`", "/*", "\r", "é", "\0", "\\",
        ];
        var random = new Random(2);
        for (int i = 0; i < 20_000; i++)
        {
            var text = new StringBuilder();
            for (int count = random.Next(40); count > 0; count--)
            {
                text.Append(tokens[random.Next(tokens.Length)]).Append(random.Next(3) == 0 ? " " : "");
            }

            Check(Encoding.UTF8.GetBytes(text.ToString()));
        }
    }

    [Fact]
    public void Parse_EveryTruncation_NeverThrows()
    {
        foreach (SourceFile file in Corpus.Files("valid").Concat(Corpus.Files("invalid")))
        {
            for (int length = 0; length <= file.Length; length++)
            {
                Check(file.Utf8[..length].ToArray());
            }
        }
    }

    [Fact]
    public void Parse_MutatedFiles_NeverThrows()
    {
        var random = new Random(3);
        SourceFile[] files = [.. Corpus.Files("valid").Where(file => file.Length > 0)];
        for (int i = 0; i < 5000; i++)
        {
            List<byte> bytes = [.. files[random.Next(files.Length)].Utf8];
            for (int count = random.Next(1, 6); count > 0 && bytes.Count > 0; count--)
            {
                Mutate(random, bytes);
            }

            Check([.. bytes]);
        }
    }

    private static void Mutate(Random random, List<byte> bytes)
    {
        const string Interesting = "{}[]()=,.\"`'\n\\/*+-!^%&|019aE \t\r#;:";
        int at = random.Next(bytes.Count);
        switch (random.Next(4))
        {
            case 0:
                bytes.RemoveAt(at);
                break;
            case 1:
                bytes.Insert(at, (byte)Interesting[random.Next(Interesting.Length)]);
                break;
            case 2:
                bytes[at] = (byte)random.Next(256);
                break;
            default:
                int length = random.Next(Math.Min(60, bytes.Count - at));
                bytes.InsertRange(random.Next(bytes.Count), bytes.GetRange(at, length));
                break;
        }
    }

    private static void Check(byte[] bytes)
    {
        var file = new SourceFile("t.alloy", bytes);
        var diagnostics = new DiagnosticBag();
        try
        {
            Body? body = Parser.Parse(file, diagnostics);
            Assert.Equal(body is null, diagnostics.HasErrors);
            if (body is not null)
            {
                EvaluateAll(body, diagnostics);
            }

            foreach (SourceSpan span in diagnostics.ToSortedList().Select(diagnostic => diagnostic.Span!.Value))
            {
                Assert.InRange(span.Start, 0, file.Length);
                Assert.InRange(span.End, span.Start, file.Length);
            }

            DiagnosticPrinter.Print(diagnostics.ToSortedList(), TextWriter.Null, color: false);
        }
        catch (Exception exception)
        {
            throw new InvalidOperationException("The input is, in base64: " + Convert.ToBase64String(bytes), exception);
        }
    }

    private static void EvaluateAll(Body body, DiagnosticBag diagnostics)
    {
        var scope = new Scope(new Dictionary<string, Value> { ["a"] = new StringValue("a"), ["b"] = ObjectValue.Empty }, Library);
        foreach (Statement statement in body.Statements)
        {
            if (statement is BlockStatement block)
            {
                EvaluateAll(block.Body, diagnostics);
            }
            else if (statement is AttributeStatement attribute)
            {
                int errors = diagnostics.ErrorCount;
                bool evaluated = Evaluator.TryEvaluate(attribute.Value, scope, diagnostics, out _);
                Assert.Equal(evaluated, diagnostics.ErrorCount == errors);
            }
        }
    }
}
