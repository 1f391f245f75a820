using System.Globalization;
using Stoker.Labels;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Components.Arguments;

/// <summary>The list of targets: objects of labels, or targets that a component exports; lists inside it are flattened.</summary>
internal sealed class TargetListArgument : ArgumentType<IReadOnlyList<Target>>
{
    // Deep enough for any list that somebody writes, and a bound for what a function could build.
    private const int MaxNesting = 16;

    public override string Name => "list(map(string))";

    public override IReadOnlyList<Target> Zero => [];

    public override Value ToValue(IReadOnlyList<Target> items) => new ArrayValue(items);

    protected override bool TryConvertNonNull(LocatedValue source, DiagnosticBag diagnostics, out IReadOnlyList<Target> result)
    {
        var targets = new List<Target>();
        result = targets;
        if (source.Value is ArrayValue)
        {
            return TryAdd(source, diagnostics, targets, nesting: 0);
        }

        source.WrongType(diagnostics, Name, RemedyFor(source.Value));
        return false;
    }

    private static bool TryAdd(LocatedValue source, DiagnosticBag diagnostics, List<Target> targets, int nesting)
    {
        switch (source.Value)
        {
            case ArrayValue array when nesting < MaxNesting:
                bool complete = true;
                for (int i = 0; i < array.Items.Count; i++)
                {
                    complete &= TryAdd(source.Item(i, array.Items[i]), diagnostics, targets, nesting + 1);
                }

                return complete;
            case PoisonValue:
                return false;
            case Target target:
                targets.Add(target);
                return true;
            case ObjectValue fields:
                return TryAddObject(source, fields, diagnostics, targets);
            default:
                source.WrongType(diagnostics, "a target, which is an object of labels", source.Value is StringValue ? RemedyForItem(source.Value) : "");
                return false;
        }
    }

    private static string RemedyFor(Value value) => value switch
    {
        ObjectValue fields when TargetsExport(fields) is { } export => $"; did you mean its .{export}?",
        ObjectValue or Target => "; put it into brackets to make it a list of one",
        StringValue when ReferenceHint.For(value) is { Length: > 0 } reference => reference,
        StringValue => "; a target that is known is written as [{\"__address__\" = \"HOST:PORT\"}]",
        _ => "",
    };

    private static string RemedyForItem(Value value) =>
        ReferenceHint.For(value) is { Length: > 0 } reference ? reference : "; write {\"__address__\" = \"HOST:PORT\"}";

    /// <summary>As Go prints a number, unlike a string argument: very large and very small floats have an exponent of two digits or more.</summary>
    private static string TextOf(NumberValue number)
    {
        double size = Math.Abs(number.AsFloat());
        if (number.NumberKind != NumberKind.Float || size == 0 || (size >= 1e-4 && size < 1e21))
        {
            return NumberText.Format(number);
        }

        // The mantissa is the shortest either way; .NET too writes all of these with an exponent.
        string[] parts = number.AsFloat().ToString("R", CultureInfo.InvariantCulture).Split('E');
        int exponent = int.Parse(parts[1], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture);
        return $"{parts[0]}e{(exponent < 0 ? '-' : '+')}{Math.Abs(exponent):00}";
    }

    // A component that exports targets, named without the export.
    private static string? TargetsExport(ObjectValue value) =>
        Array.Find(["targets", "output"], name => value.Fields.GetValueOrDefault(name) is ArrayValue);

    private static bool TryAddObject(LocatedValue source, ObjectValue fields, DiagnosticBag diagnostics, List<Target> targets)
    {
        if (TargetsExport(fields) is not null)
        {
            source.WrongType(diagnostics, "a target, which is an object of labels", RemedyFor(fields));
            return false;
        }

        var labels = new LabelSetBuilder();
        bool complete = true;
        foreach ((string name, Value value) in fields.Fields)
        {
            LocatedValue field = source.Field(name, value);
            switch (value)
            {
                case BoolValue flag:
                    labels.Set(name, flag.Content ? "true" : "false");
                    break;
                case NumberValue number:
                    labels.Set(name, TextOf(number));
                    break;
                case StringValue or OptionalSecretValue { IsSecret: false }:
                    complete &= ArgumentTypes.String.TryConvert(field, diagnostics, out string text);
                    labels.Set(name, text);
                    break;
                case PoisonValue:
                    complete = false;
                    break;
                default:
                    field.Error(diagnostics, $"should be the text of the label \"{name}\", got {value.TypeName}");
                    complete = false;
                    break;
            }
        }

        targets.Add(new Target(labels.ToLabelSet(), source.IsLiteral ? source.Span : null));
        return complete;
    }
}
