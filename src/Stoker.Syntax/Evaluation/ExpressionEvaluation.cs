using System.Diagnostics;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Evaluation;

/// <summary>
/// One walk over an expression. Every part is evaluated even after an error in another, so that all mistakes are reported at once; a part
/// without a value is null, and whatever needs it is null too and stays silent.
/// </summary>
internal readonly struct ExpressionEvaluation(Scope scope, DiagnosticBag diagnostics)
{
    // So many names fit into a message.
    private const int MaxListedNames = 12;

    public Value? Evaluate(Expression expression) => expression switch
    {
        LiteralExpression literal => Literal.Evaluate(literal, diagnostics),
        IdentifierExpression identifier => EvaluateIdentifier(identifier),
        ParenExpression paren => Evaluate(paren.Inner),
        ArrayExpression array => EvaluateAll(array.Elements) is { } items ? new ArrayValue(items) : null,
        ObjectExpression fields => EvaluateObject(fields),
        AccessExpression access => EvaluateAccess(access),
        IndexExpression index => EvaluateIndex(index),
        CallExpression call => EvaluateCall(call),
        UnaryExpression unary => EvaluateUnary(unary),
        BinaryExpression { Operator: BinaryOperator.And or BinaryOperator.Or } logical => EvaluateLogical(logical),
        BinaryExpression binary => EvaluateBinary(binary),
        _ => throw new UnreachableException($"There is no expression of type {expression.GetType().Name}."),
    };

    private Value? EvaluateIdentifier(IdentifierExpression identifier)
    {
        if (scope.TryLookup(identifier.Name, out Value value))
        {
            return value is PoisonValue ? null : value;
        }

        diagnostics.Error(identifier.Span, $"identifier \"{identifier.Name}\" does not exist{FunctionHint.For(identifier.Name, scope)}");
        return null;
    }

    private List<Value>? EvaluateAll(IReadOnlyList<Expression> expressions)
    {
        var values = new List<Value>(expressions.Count);
        foreach (Expression expression in expressions)
        {
            if (Evaluate(expression) is { } value)
            {
                values.Add(value);
            }
        }

        return values.Count == expressions.Count ? values : null;
    }

    private ObjectValue? EvaluateObject(ObjectExpression expression)
    {
        var fields = new List<KeyValuePair<string, Value>>(expression.Fields.Count);
        foreach (ObjectField field in expression.Fields)
        {
            if (Evaluate(field.Value) is { } value)
            {
                fields.Add(new KeyValuePair<string, Value>(field.Key, value));
            }
        }

        return fields.Count == expression.Fields.Count ? new ObjectValue(fields) : null;
    }

    private Value? EvaluateAccess(AccessExpression access)
    {
        if (Evaluate(access.Value) is not { } value)
        {
            return null;
        }

        if (FieldsOf(value) is not { } fields)
        {
            diagnostics.Error(access.Value.Span, $"{value.TypeName} has no fields, so \"{access.Name}\" cannot be taken from it");
            return null;
        }

        if (fields.TryGetValue(access.Name, out Value? field))
        {
            return field is PoisonValue ? null : field;
        }

        string remedy = Suggestion.For(access.Name, fields.Keys);
        if (remedy.Length == 0)
        {
            remedy = fields.Count switch
            {
                0 => "; the object is empty",
                <= MaxListedNames => $"; it has {string.Join(", ", fields.Keys.Order(StringComparer.Ordinal))}",
                _ => "",
            };
        }

        diagnostics.Error(access.NameSpan, $"field \"{access.Name}\" does not exist{remedy}");
        return null;
    }

    private Value? EvaluateIndex(IndexExpression expression)
    {
        Value? value = Evaluate(expression.Value);
        Value? index = Evaluate(expression.Index);
        if (value is null || index is null)
        {
            return null;
        }

        Value? item = null;
        if (value is ArrayValue array)
        {
            item = ItemOf(array, index, expression.Index.Span);
        }
        else if (FieldsOf(value) is not { } fields)
        {
            diagnostics.Error(expression.Value.Span, $"only an array or an object can be indexed, not {value.TypeName}");
        }
        else if (index is StringValue key)
        {
            item = fields.GetValueOrDefault(key.Content, NullValue.Instance);
        }
        else
        {
            diagnostics.Error(expression.Index.Span, $"the index of an object should be string, got {index.TypeName}");
        }

        return item is PoisonValue ? null : item;
    }

    private Value? ItemOf(ArrayValue array, Value index, SourceSpan place)
    {
        if (index is not NumberValue number)
        {
            diagnostics.Error(place, $"the index of an array should be number, got {index.TypeName}");
            return null;
        }

        double position = Math.Truncate(number.AsFloat());
        if (position >= 0 && position < array.Items.Count)
        {
            return array.Items[(int)position];
        }

        diagnostics.Error(place, array.Items.Count == 0
            ? $"index {NumberText.Format(number)} is out of range: the array is empty"
            : $"index {NumberText.Format(number)} is out of range: the array has the indexes 0 to {array.Items.Count - 1}");
        return null;
    }

    private Value? EvaluateCall(CallExpression call)
    {
        Value? callee = Evaluate(call.Function);
        List<Value>? arguments = EvaluateAll(call.Arguments);
        if (callee is null)
        {
            return null;
        }

        if (callee is not FunctionValue function)
        {
            diagnostics.Error(call.Function.Span, $"only a function can be called, not {callee.TypeName}");
            return null;
        }

        if (arguments is null)
        {
            return null;
        }

        Value? result = function.Invoke(new FunctionCall(
            arguments, [.. call.Arguments.Select(argument => argument.Span)], call.Function.Span, diagnostics));
        return result is PoisonValue ? null : result;
    }

    private Value? EvaluateUnary(UnaryExpression unary)
    {
        Value? operand = Evaluate(unary.Operand);
        switch (unary.Operator, operand)
        {
            case (_, null):
                return null;
            case (UnaryOperator.Not, BoolValue flag):
                return BoolValue.Of(!flag.Content);
            case (UnaryOperator.Negate, NumberValue number):
                return Arithmetic.Negate(number, unary.Span, diagnostics);
            default:
                string wanted = unary.Operator == UnaryOperator.Not ? "bool after `!`" : "number after `-`";
                diagnostics.Error(unary.Operand.Span, $"should be {wanted}, got {operand.TypeName}");
                return null;
        }
    }

    /// <summary>Not evaluating the right side where the left one decides, because a guard such as <c>a != null &amp;&amp; a.b</c> needs that.</summary>
    private BoolValue? EvaluateLogical(BinaryExpression logical)
    {
        bool isAnd = logical.Operator == BinaryOperator.And;
        BoolValue? left = EvaluateBool(logical.Left, isAnd);
        if (left is not null && left.Content != isAnd)
        {
            return left;
        }

        BoolValue? right = EvaluateBool(logical.Right, isAnd);
        return left is null ? null : right;
    }

    private BoolValue? EvaluateBool(Expression operand, bool isAnd)
    {
        Value? value = Evaluate(operand);
        if (value is not (null or BoolValue))
        {
            diagnostics.Error(operand.Span, $"the operands of `{(isAnd ? "&&" : "||")}` should be bool, got {value.TypeName}");
        }

        return value as BoolValue;
    }

    private Value? EvaluateBinary(BinaryExpression binary)
    {
        Value? left = Evaluate(binary.Left);
        Value? right = Evaluate(binary.Right);
        return left is null || right is null ? null : BinaryOperation.Apply(binary, left, right, diagnostics);
    }

    private static IReadOnlyDictionary<string, Value>? FieldsOf(Value value) =>
        (value as ObjectValue ?? (value as CapsuleValue)?.AsObject())?.Fields;
}
