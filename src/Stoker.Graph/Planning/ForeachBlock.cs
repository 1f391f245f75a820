using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Planning;

/// <summary>What a <c>foreach "LABEL"</c> block says beside its template.</summary>
internal sealed record ForeachBlock
{
    public IReadOnlyList<Value> Collection { get; init; } = [];

    public string Variable { get; init; } = "";

    /// <summary>The field of an item that tells it from the others; the whole item where it is empty.</summary>
    public string Id { get; init; } = "";

    public bool HashesTexts { get; init; }

    public bool HasMetrics { get; init; }

    public static BlockSchema<ForeachBlock> Schema { get; } = new BlockSchema<ForeachBlock>(new ForeachBlock())
        .Required("collection", ArgumentTypes.List(ArgumentTypes.Any), a => a.Collection, (a, v) => a with { Collection = v }, "The items, for each of which the template is made once.")
        .Required("var", ArgumentTypes.String, a => a.Variable, (a, v) => a with { Variable = v }, "The name of the item inside the template.")
        .Optional("id", ArgumentTypes.String, a => a.Id, (a, v) => a with { Id = v }, "The field of an item by which it is known again after a change; by default the whole item.")
        .Optional("hash_string_id", ArgumentTypes.Bool, a => a.HashesTexts, (a, v) => a with { HashesTexts = v }, "Whether texts stand in identifiers as a hash.")
        .Optional("enable_metrics", ArgumentTypes.Bool, a => a.HasMetrics, (a, v) => a with { HasMetrics = v }, "Accepted; components in a template always have metrics.");

    /// <summary>The block without its template.</summary>
    public static Body HeaderOf(BlockStatement block) =>
        new([.. block.Body.Statements.Where(statement => statement is not BlockStatement { Name: "template" })]);

    /// <summary>The body of the template; null after a mistake was reported.</summary>
    public static Body? TemplateOf(BlockStatement block, DiagnosticBag diagnostics)
    {
        BlockStatement[] templates = [.. block.Body.Statements.OfType<BlockStatement>().Where(inner => inner.Name == "template")];
        if (templates.Length == 0)
        {
            diagnostics.Error(block.HeaderSpan, "missing required block \"template\"");
            return null;
        }

        foreach (BlockStatement second in templates.Skip(1))
        {
            diagnostics.Error(second.HeaderSpan, $"block \"template\" may be written only once; it stands already at {templates[0].HeaderSpan}");
        }

        if (templates[0].LabelSpan is { } label)
        {
            diagnostics.Error(label, "block \"template\" takes no label");
        }

        AttributeStatement? variable = block.Body.Statements.OfType<AttributeStatement>().FirstOrDefault(attribute => attribute.Name == "var");
        if (variable is not null && VariableOf(block) is null)
        {
            diagnostics.Error(variable.Value.Span, "var must be written out as the name of a variable, such as \"item\"");
            return null;
        }

        return templates[0].Body;
    }

    /// <summary>The name of the item; null where it is not written out as one. Written out, because it decides what the template refers to.</summary>
    public static string? VariableOf(BlockStatement block)
    {
        AttributeStatement? variable = block.Body.Statements.OfType<AttributeStatement>().FirstOrDefault(attribute => attribute.Name == "var");
        if (variable?.Value is not LiteralExpression { Kind: LiteralKind.String } literal)
        {
            return null;
        }

        string name = literal.Span.Text[1..^1];
        return Identifier.IsValid(name) ? name : null;
    }
}
