using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Components.Tests.Arguments;

/// <summary>Decodes the body of a block written in a test.</summary>
internal static class Decoded
{
    /// <summary>What references in the tests lead to: values of every kind that a component exports, one of them broken.</summary>
    public static readonly Dictionary<string, Value> Names = new()
    {
        ["write"] = new ObjectValue([new("receiver", new ProfileReceiverValue("write", new RecordingReceiver()))]),
        ["discovery"] = new ObjectValue([new("targets", new ArrayValue([new Target(LabelSet.Of(("__address__", "d:1"))), new Target(LabelSet.Of(("__address__", "d:2")))]))]),
        ["vault"] = new ObjectValue([
            new("secret", new SecretValue("s3cret")),
            new("plain", new OptionalSecretValue("15s", isSecret: false)),
            new("number", new OptionalSecretValue("5", isSecret: false)),
            new("hidden", new OptionalSecretValue("s3cret", isSecret: true)),
        ]),
        ["broken"] = PoisonValue.Instance,
        ["partly"] = new ObjectValue([new("broken", PoisonValue.Instance), new("list", new ArrayValue([PoisonValue.Instance]))]),
        ["space"] = new ObjectValue([new("broken", PoisonValue.Instance)]),
        ["mixed"] = new ArrayValue([PoisonValue.Instance, BoolValue.True]),
        ["list"] = new ArrayValue([new NumberValue(1L), BoolValue.True]),
    };

    /// <summary>The arguments, or null with the reasons as <c>line:column: message</c>.</summary>
    public static SampleArguments? From(string body, out IReadOnlyList<string> messages)
    {
        SourceFile file = SourceFile.FromText("t.alloy", $"test \"x\" {{\n{body}\n}}\n");
        var diagnostics = new DiagnosticBag();
        var block = (BlockStatement?)Parser.Parse(file, diagnostics)?.Statements.Single();
        Assert.True(block is not null, string.Join('\n', diagnostics.ToSortedList()));
        var scope = new Scope(Names, StandardLibrary.Create(_ => null));
        var arguments = (SampleArguments?)SampleArguments.Schema.DecodeObject(block.Body, block.HeaderSpan, scope, diagnostics);
        messages = [.. diagnostics.ToSortedList().Select(d => d.ToString().Replace("t.alloy:", "", StringComparison.Ordinal))];
        return arguments;
    }

    public static SampleArguments From(string body)
    {
        SampleArguments? arguments = From(body, out IReadOnlyList<string> messages);
        Assert.True(arguments is not null, string.Join('\n', messages));
        return arguments;
    }

    /// <summary>The reasons why a body with a valid name and this in the second line does not decode.</summary>
    public static string Errors(string body)
    {
        Assert.Null(From($"name = \"n\"\n{body}", out IReadOnlyList<string> messages));
        return string.Join('\n', messages);
    }
}
