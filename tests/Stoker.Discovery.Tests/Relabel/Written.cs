using Stoker.Components;
using Stoker.Discovery.Relabel;
using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Tests.Relabel;

/// <summary>The arguments of a <c>discovery.relabel</c> whose body is written in a test; <c>found.targets</c> are two that discovery found.</summary>
internal static class Written
{
    private static readonly ObjectValue Found = new([new("targets", new ArrayValue(
    [
        new Target(LabelSet.Of(("__address__", "10.0.0.7:6060"), ("__meta_app", "cart"))),
        new Target(LabelSet.Of(("__address__", "10.0.0.8:6060"), ("__meta_app", "shop"))),
    ]))]);

    public static RelabelArguments? From(string body, out IReadOnlyList<string> messages)
    {
        SourceFile file = SourceFile.FromText("t.alloy", $"discovery.relabel \"x\" {{\n{body}\n}}\n");
        var diagnostics = new DiagnosticBag();
        var block = (BlockStatement?)Parser.Parse(file, diagnostics)?.Statements.Single();
        Assert.True(block is not null, string.Join('\n', diagnostics.ToSortedList()));
        var scope = new Scope(new Dictionary<string, Value> { ["found"] = Found }, StandardLibrary.Create(_ => null));
        var arguments = (RelabelArguments?)RelabelArguments.Schema.DecodeObject(block.Body, block.HeaderSpan, scope, diagnostics);
        messages = [.. diagnostics.ToSortedList().Select(d => d.ToString().Replace("t.alloy:", "", StringComparison.Ordinal))];
        return arguments;
    }

    public static RelabelArguments From(string body)
    {
        RelabelArguments? arguments = From(body, out IReadOnlyList<string> messages);
        Assert.True(arguments is not null, string.Join('\n', messages));
        return arguments;
    }
}
