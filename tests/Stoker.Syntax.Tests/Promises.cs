using System.Text;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Tests;

/// <summary>
/// What holds for any bytes: no exception; an error or a tree, not both; every place lies inside the file; all of it can be printed,
/// formatted and
/// evaluated; what is formatted means the same and stays as it is; and no step takes more memory than the size of the file allows. Not
/// for several
/// threads.
/// </summary>
internal sealed class Promises
{
    // What a step may take whatever the file is: the messages of at most 101 errors, lists of their first sizes.
    private const long FixedBytes = 128 << 10;
    private const long ParseBytesPerByte = 200;
    private const long FormatBytesPerByte = 2000;

    private static readonly IReadOnlyDictionary<string, Value> Library = StandardLibrary.Create(_ => null);

    /// <summary>The step that the last file has come to, for a file that never comes back.</summary>
    public string Step { get; private set; } = "";

    /// <summary>The most that a step took in bytes, as a part of what it was allowed.</summary>
    public double Worst { get; private set; }

    /// <summary>What the file came to: <c>valid</c>, or its first message without what is quoted from the file.</summary>
    public string Run(byte[] bytes)
    {
        var file = new SourceFile("t.alloy", bytes);
        var diagnostics = new DiagnosticBag();
        Body? body = Measure("parse", bytes.Length * ParseBytesPerByte, () => Parser.Parse(file, diagnostics));
        Assert.Equal(body is null, diagnostics.HasErrors);
        IReadOnlyList<Diagnostic> found = diagnostics.ToSortedList();
        byte[]? formatted = RunFormat(file);
        Assert.Equal(body is null, formatted is null);
        if (body is not null)
        {
            Step = "evaluate";
            EvaluateAll(body, diagnostics);
            RunFormatted(file, body, formatted!);
        }

        Step = "print";
        foreach (SourceSpan span in diagnostics.ToSortedList().Select(diagnostic => diagnostic.Span).OfType<SourceSpan>())
        {
            Assert.InRange(span.Start, 0, file.Length);
            Assert.InRange(span.End, span.Start, file.Length);
        }

        DiagnosticPrinter.Print(diagnostics.ToSortedList(), TextWriter.Null, color: false);
        return body is null ? Kind(found.First(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error).Message) : "valid";
    }

    private byte[]? RunFormat(SourceFile file)
    {
        var diagnostics = new DiagnosticBag();
        byte[]? formatted = Measure("format", file.Length * FormatBytesPerByte, () => Formatter.Format(file, diagnostics));

        // The formatter warns when it gives up.
        Assert.DoesNotContain(diagnostics.ToSortedList(), found => found.Span is null && found.Severity == DiagnosticSeverity.Warning);
        return formatted;
    }

    private void RunFormatted(SourceFile source, Body body, byte[] formatted)
    {
        Step = "check the formatted file";
        var file = new SourceFile("t.alloy", formatted);
        Body? again = Parser.Parse(file, new DiagnosticBag());
        Assert.NotNull(again);
        Assert.Equal(Shape.Of(body), Shape.Of(again));
        Assert.Equal(Shape.Comments(Encoding.UTF8.GetString(source.Utf8)), Shape.Comments(Encoding.UTF8.GetString(formatted)));
        Assert.Equal(formatted, RunFormat(file));
    }

    private T Measure<T>(string step, long allowed, Func<T> run)
    {
        Step = step;
        long before = GC.GetAllocatedBytesForCurrentThread();
        T result = run();
        double share = (double)(GC.GetAllocatedBytesForCurrentThread() - before) / (FixedBytes + allowed);
        Worst = Math.Max(Worst, share);
        Assert.True(share <= 1, $"The step `{step}` took {share:P0} of the memory that it is allowed");
        return result;
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

    /// <summary>The words of a message without names, numbers and quotations.</summary>
    private static string Kind(string message) =>
        string.Join(' ', message.Split(' ').Where(word => word.All(letter => char.IsAsciiLetter(letter) || letter is ',' or ';')).Take(8));
}
