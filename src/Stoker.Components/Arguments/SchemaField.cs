using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

internal sealed record Decoding(Scope Scope, DiagnosticBag Diagnostics, ValidationContext Places);

/// <summary>One declared attribute or block of a schema.</summary>
internal abstract record SchemaField<T>(string Name, bool IsBlock, bool IsRequired, bool Repeats)
{
    public abstract bool TryDecode(Statement statement, Decoding decoding, ref T result);

    public abstract IEnumerable<FieldDescription> Describe(T defaults);

    public abstract IEnumerable<BodyItem> Render(T arguments, T defaults);

    /// <summary>True where both hold the same, by content also of lists and maps.</summary>
    public abstract bool AreEqual(T left, T right);
}

internal sealed record AttributeField<T, TValue>(
    string Name, ArgumentType<TValue> Type, Func<T, TValue> Get, Func<T, TValue, T> Set, string Summary, bool Required, string? DefaultText)
    : SchemaField<T>(Name, IsBlock: false, Required, Repeats: false)
{
    public override bool TryDecode(Statement statement, Decoding decoding, ref T result)
    {
        Expression expression = ((AttributeStatement)statement).Value;
        if (!Evaluator.TryEvaluate(expression, decoding.Scope, decoding.Diagnostics, out Value value)
            || !Type.TryConvert(new LocatedValue(value, expression, ""), decoding.Diagnostics, out TValue converted))
        {
            return false;
        }

        result = Set(result, converted);
        return true;
    }

    public override IEnumerable<FieldDescription> Describe(T defaults) =>
        [new FieldDescription(Name, Type.Name, Summary, DefaultText ?? ShowDefault(Get(defaults)), Required, Nested: null)];

    public override IEnumerable<BodyItem> Render(T arguments, T defaults)
    {
        TValue value = Get(arguments);
        return !Required && Type.AreEqual(value, Get(defaults)) ? [] : [new BodyAttribute(Name, Type.ToValue(value))];
    }

    public override bool AreEqual(T left, T right) => Type.AreEqual(Get(left), Get(right));

    private string ShowDefault(TValue value) =>
        Type.AreEqual(value, Type.Zero) && value is not bool ? "" : ValueText.Format(Type.ToValue(value));
}

internal sealed record BlockField<T, TBlock>(
    string Name, BlockSchema<TBlock> Schema, Func<T, TBlock?> Get, Func<T, TBlock, T> Set, string Summary, bool Required)
    : SchemaField<T>(Name, IsBlock: true, Required, Repeats: false)
    where TBlock : class
{
    public override bool TryDecode(Statement statement, Decoding decoding, ref T result)
    {
        var block = (BlockStatement)statement;
        bool unlabelled = BlockDecoding.CheckNoLabel(block, decoding.Diagnostics);
        if (BlockDecoding.Decode(block, Schema, decoding, Name) is not { } decoded || !unlabelled)
        {
            return false;
        }

        result = Set(result, decoded);
        return true;
    }

    public override IEnumerable<FieldDescription> Describe(T defaults) =>
        [new FieldDescription(Name, "block", Summary, "", Required, Schema)];

    public override IEnumerable<BodyItem> Render(T arguments, T defaults)
    {
        TBlock? block = Get(arguments);
        return block is null || block.Equals(Get(defaults)) ? [] : [new BodyBlock(Name, null, Schema.Render(block))];
    }

    public override bool AreEqual(T left, T right) =>
        Get(left) is { } one ? Get(right) is { } two && Schema.AreEqual(one, two) : Get(right) is null;
}

internal sealed record BlockListField<T, TBlock>(
    string Name, BlockSchema<TBlock> Schema, Func<T, IReadOnlyList<TBlock>> Get, Func<T, IReadOnlyList<TBlock>, T> Set, string Summary)
    : SchemaField<T>(Name, IsBlock: true, IsRequired: false, Repeats: true)
    where TBlock : class
{
    public override bool TryDecode(Statement statement, Decoding decoding, ref T result)
    {
        var block = (BlockStatement)statement;
        bool unlabelled = BlockDecoding.CheckNoLabel(block, decoding.Diagnostics);
        if (BlockDecoding.Decode(block, Schema, decoding, $"{Name}[{Get(result).Count}]") is not { } decoded || !unlabelled)
        {
            return false;
        }

        result = Set(result, [.. Get(result), decoded]);
        return true;
    }

    public override IEnumerable<FieldDescription> Describe(T defaults) =>
        [new FieldDescription(Name, "block", Summary, "", Required: false, Schema)];

    public override IEnumerable<BodyItem> Render(T arguments, T defaults) =>
        Get(arguments).Select(block => new BodyBlock(Name, null, Schema.Render(block)));

    public override bool AreEqual(T left, T right) =>
        Get(left).Count == Get(right).Count && Get(left).Zip(Get(right)).All(pair => Schema.AreEqual(pair.First, pair.Second));
}

internal sealed record LabelledBlockListField<T, TBlock>(
    string Name,
    BlockSchema<TBlock> Schema,
    Func<T, IReadOnlyList<Labelled<TBlock>>> Get,
    Func<T, IReadOnlyList<Labelled<TBlock>>, T> Set,
    string Summary)
    : SchemaField<T>(Name, IsBlock: true, IsRequired: false, Repeats: true)
    where TBlock : class
{
    public override bool TryDecode(Statement statement, Decoding decoding, ref T result)
    {
        var block = (BlockStatement)statement;
        if (block.BlockLabel is not { } label || block.LabelSpan is not { } labelSpan)
        {
            decoding.Diagnostics.Error(block.HeaderSpan, $"block \"{Name}\" needs a label that is not empty: {Name} \"LABEL\" {{ ... }}");
            BlockDecoding.Decode(block, Schema, decoding, Name);
            return false;
        }

        bool unique = true;
        if (Get(result).FirstOrDefault(other => other.BlockLabel == label) is { } first)
        {
            decoding.Diagnostics.Error(labelSpan, $"block \"{Name}\" with the label \"{label}\" stands already at {first.LabelSpan}; each needs a label of its own");
            unique = false;
        }

        if (BlockDecoding.Decode(block, Schema, decoding, $"{Name}[{label}]") is not { } decoded)
        {
            return false;
        }

        result = Set(result, [.. Get(result), new Labelled<TBlock>(label, labelSpan, decoded)]);
        return unique;
    }

    public override IEnumerable<FieldDescription> Describe(T defaults) =>
        [new FieldDescription(Name, "block", Summary, "", Required: false, Schema)];

    public override IEnumerable<BodyItem> Render(T arguments, T defaults) =>
        Get(arguments).Select(block => new BodyBlock(Name, block.BlockLabel, Schema.Render(block.Arguments)));

    public override bool AreEqual(T left, T right) =>
        Get(left).Count == Get(right).Count
        && Get(left).Zip(Get(right)).All(pair =>
            pair.First.BlockLabel == pair.Second.BlockLabel && Schema.AreEqual(pair.First.Arguments, pair.Second.Arguments));
}

internal sealed record SquashedField<T, TInner>(SchemaField<TInner> Inner, Func<T, TInner> Get, Func<T, TInner, T> Set)
    : SchemaField<T>(Inner.Name, Inner.IsBlock, Inner.IsRequired, Inner.Repeats)
    where TInner : class
{
    public override bool TryDecode(Statement statement, Decoding decoding, ref T result)
    {
        TInner inner = Get(result);
        if (!Inner.TryDecode(statement, decoding, ref inner))
        {
            return false;
        }

        result = Set(result, inner);
        return true;
    }

    public override IEnumerable<FieldDescription> Describe(T defaults) => Inner.Describe(Get(defaults));

    public override IEnumerable<BodyItem> Render(T arguments, T defaults) => Inner.Render(Get(arguments), Get(defaults));

    public override bool AreEqual(T left, T right) => Inner.AreEqual(Get(left), Get(right));
}

internal static class BlockDecoding
{
    public static bool CheckNoLabel(BlockStatement block, DiagnosticBag diagnostics)
    {
        if (block.BlockLabel is null)
        {
            return true;
        }

        diagnostics.Error(block.LabelSpan ?? block.HeaderSpan, $"block \"{block.Name}\" takes no label");
        return false;
    }

    public static TBlock? Decode<TBlock>(BlockStatement block, BlockSchema<TBlock> schema, Decoding decoding, string place)
        where TBlock : class
    {
        TBlock? decoded = schema.Decode(block.Body, block.HeaderSpan, decoding.Scope, decoding.Diagnostics, out ValidationContext nested);
        decoding.Places.Add(place, block.HeaderSpan);
        decoding.Places.AddNested(place, nested);
        return decoded;
    }
}
