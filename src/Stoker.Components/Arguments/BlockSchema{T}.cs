using Stoker.Syntax;
using Stoker.Syntax.Ast;

namespace Stoker.Components.Arguments;

/// <summary>
/// The declaration of a block that decodes into the immutable record <typeparamref name="T"/>. Fields are declared with a getter and a
/// <c>with</c> setter, so the record's own initial values are the defaults.
/// </summary>
public sealed class BlockSchema<T> : BlockSchema
    where T : class
{
    private readonly List<SchemaField<T>> _fields = [];
    private readonly Dictionary<string, string> _hints = new(StringComparer.Ordinal);
    private readonly T _defaults;
    private Action<T, ValidationContext>? _validate;

    public BlockSchema(T defaults) => _defaults = defaults;

    public override IReadOnlyList<FieldDescription> Fields => [.. _fields.SelectMany(declared => declared.Describe(_defaults))];

    /// <summary>An attribute that must be written.</summary>
    public BlockSchema<T> Required<TValue>(
        string name, ArgumentType<TValue> type, Func<T, TValue> get, Func<T, TValue, T> set, string summary) =>
        Add(new AttributeField<T, TValue>(name, type, get, set, summary, Required: true, DefaultText: ""));

    /// <summary>An attribute that may be left out.</summary>
    /// <param name="defaultText">How documentation shows the default where it is not the record's initial value.</param>
    public BlockSchema<T> Optional<TValue>(
        string name, ArgumentType<TValue> type, Func<T, TValue> get, Func<T, TValue, T> set, string summary, string? defaultText = null) =>
        Add(new AttributeField<T, TValue>(name, type, get, set, summary, Required: false, defaultText));

    /// <summary>A block without label that may stand once.</summary>
    public BlockSchema<T> Block<TBlock>(
        string name, BlockSchema<TBlock> schema, Func<T, TBlock?> get, Func<T, TBlock, T> set, string summary, bool required = false)
        where TBlock : class =>
        Add(new BlockField<T, TBlock>(name, schema, get, set, summary, required));

    /// <summary>A block without label that may stand any number of times.</summary>
    public BlockSchema<T> Blocks<TBlock>(
        string name, BlockSchema<TBlock> schema, Func<T, IReadOnlyList<TBlock>> get, Func<T, IReadOnlyList<TBlock>, T> set, string summary)
        where TBlock : class =>
        Add(new BlockListField<T, TBlock>(name, schema, get, set, summary));

    /// <summary>A block with a label that may stand any number of times, with each label once.</summary>
    public BlockSchema<T> LabelledBlocks<TBlock>(
        string name,
        BlockSchema<TBlock> schema,
        Func<T, IReadOnlyList<Labelled<TBlock>>> get,
        Func<T, IReadOnlyList<Labelled<TBlock>>, T> set,
        string summary)
        where TBlock : class =>
        Add(new LabelledBlockListField<T, TBlock>(name, schema, get, set, summary));

    /// <summary>Lifts the fields of an inner record into this block; its own check runs too.</summary>
    public BlockSchema<T> Squash<TInner>(BlockSchema<TInner> schema, Func<T, TInner> get, Func<T, TInner, T> set)
        where TInner : class
    {
        foreach (SchemaField<TInner> field in schema._fields)
        {
            _fields.Add(new SquashedField<T, TInner>(field, get, set));
        }

        foreach ((string name, string sentence) in schema._hints)
        {
            _hints.TryAdd(name, sentence);
        }

        return schema._validate is { } validate ? Validate((arguments, context) => validate(get(arguments), context)) : this;
    }

    /// <summary>Adds a check of the decoded record; it runs beside other mistakes, which <see cref="ValidationContext.IsBroken"/> tells.</summary>
    public BlockSchema<T> Validate(Action<T, ValidationContext> check)
    {
        _validate += check;
        return this;
    }

    /// <summary>Says what to write in place of an attribute or block that does not exist and that people expect here.</summary>
    /// <param name="sentence">What follows <c>unrecognized block "name"; </c>.</param>
    public BlockSchema<T> Hint(string name, string sentence)
    {
        _hints.Add(name, sentence);
        return this;
    }

    public override object? DecodeObject(Body body, SourceSpan block, Scope scope, DiagnosticBag diagnostics) =>
        Decode(body, block, scope, diagnostics, out _);

    public override IReadOnlyList<BodyItem> Render(object arguments) =>
        [.. _fields.SelectMany(field => field.Render((T)arguments, _defaults))];

    /// <summary>True where both hold the same, by content: lists and maps too, which a record's own equality compares by reference.</summary>
    public bool AreEqual(T left, T right) => _fields.TrueForAll(field => field.AreEqual(left, right));

    internal T? Decode(Body body, SourceSpan block, Scope scope, DiagnosticBag diagnostics, out ValidationContext places)
    {
        places = new ValidationContext(block, diagnostics);
        var decoding = new Decoding(scope, diagnostics, places);
        T result = _defaults;
        bool complete = true;

        var seen = new Dictionary<string, SourceSpan>(StringComparer.Ordinal);
        foreach (Statement statement in body.Statements)
        {
            string name = statement is BlockStatement b ? b.Name : ((AttributeStatement)statement).Name;
            SourceSpan nameSpan = statement is BlockStatement nested ? nested.HeaderSpan : ((AttributeStatement)statement).NameSpan;
            bool isBlock = statement is BlockStatement;
            SchemaField<T>? field = _fields.Find(f => f.Name == name);
            if (field is null)
            {
                diagnostics.Error(nameSpan, $"unrecognized {(isBlock ? "block" : "attribute")} \"{name}\"{RemedyFor(name, isBlock)}");
                complete = false;
            }
            else if (field.IsBlock != isBlock)
            {
                diagnostics.Error(nameSpan, isBlock
                    ? $"\"{name}\" must be written as an attribute: {name} = ..."
                    : $"\"{name}\" must be written as a block: {name} {{ ... }}");
                complete = false;
                seen.TryAdd(name, nameSpan);
            }
            else if (!seen.TryAdd(name, nameSpan) && !field.Repeats)
            {
                diagnostics.Error(
                    nameSpan, $"{(isBlock ? "block" : "attribute")} \"{name}\" may be written only once; it stands already at {seen[name]}");
                complete = false;
            }
            else
            {
                places.Add(name, isBlock ? nameSpan : statement.Span);
                if (!field.TryDecode(statement, decoding, ref result))
                {
                    complete = false;
                    places.MarkBroken(name);
                }
            }
        }

        foreach (SchemaField<T> field in _fields)
        {
            if (field.IsRequired && !seen.ContainsKey(field.Name))
            {
                diagnostics.Error(block, $"missing required {(field.IsBlock ? "block" : "attribute")} \"{field.Name}\"");
                complete = false;
            }
        }

        int errorsBefore = diagnostics.ErrorCount;
        _validate?.Invoke(result, places);
        return complete && diagnostics.ErrorCount == errorsBefore ? result : null;
    }

    private string RemedyFor(string name, bool isBlock)
    {
        if (_hints.TryGetValue(name, out string? hint))
        {
            return $"; {hint}";
        }

        if (isBlock && _fields.Find(f => f.IsBlock && f.Name.StartsWith(name + ".", StringComparison.Ordinal)) is { } dotted)
        {
            return $"; such blocks are written with their whole name, as in {dotted.Name} {{ ... }}";
        }

        return Suggestion.For(name, _fields.Where(f => f.IsBlock == isBlock).Select(f => f.Name));
    }

    private BlockSchema<T> Add(SchemaField<T> field)
    {
        _fields.Add(field);
        return this;
    }
}
