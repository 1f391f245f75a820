using Stoker.Syntax;
using Stoker.Syntax.Ast;

namespace Stoker.Graph.Planning;

/// <summary>A chain of names in an expression that may lead to a component: <c>pyroscope.write.local.receiver</c>.</summary>
internal readonly record struct Reference(IReadOnlyList<string> Names, SourceSpan Span);

/// <summary>Finds every chain of names in a body. An index or a call ends a chain, as in Alloy.</summary>
internal static class ReferenceFinder
{
    public static IReadOnlyList<Reference> Find(Body body)
    {
        var found = new List<Reference>();
        Visit(body, found);
        return found;
    }

    private static void Visit(Body body, List<Reference> found)
    {
        foreach (Statement statement in body.Statements)
        {
            if (statement is BlockStatement block)
            {
                Visit(block.Body, found);
            }
            else
            {
                Visit(((AttributeStatement)statement).Value, found);
            }
        }
    }

    private static void Visit(Expression expression, List<Reference> found)
    {
        switch (expression)
        {
            case IdentifierExpression or AccessExpression:
                VisitChain(expression, found);
                break;
            case ParenExpression paren:
                Visit(paren.Inner, found);
                break;
            case ArrayExpression array:
                VisitAll(array.Elements, found);
                break;
            case ObjectExpression literal:
                VisitAll(literal.Fields.Select(field => field.Value), found);
                break;
            case IndexExpression index:
                Visit(index.Value, found);
                Visit(index.Index, found);
                break;
            case CallExpression call:
                Visit(call.Function, found);
                VisitAll(call.Arguments, found);
                break;
            case UnaryExpression unary:
                Visit(unary.Operand, found);
                break;
            case BinaryExpression binary:
                Visit(binary.Left, found);
                Visit(binary.Right, found);
                break;
        }
    }

    private static void VisitAll(IEnumerable<Expression> expressions, List<Reference> found)
    {
        foreach (Expression expression in expressions)
        {
            Visit(expression, found);
        }
    }

    private static void VisitChain(Expression expression, List<Reference> found)
    {
        var names = new List<string>();
        Expression current = expression;
        while (current is AccessExpression access)
        {
            names.Add(access.Name);
            current = access.Value;
        }

        if (current is IdentifierExpression root)
        {
            names.Add(root.Name);
            names.Reverse();
            found.Add(new Reference(names, expression.Span));
        }
        else
        {
            Visit(current, found);
        }
    }
}
