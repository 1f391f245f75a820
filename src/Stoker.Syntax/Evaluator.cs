using Stoker.Syntax.Ast;
using Stoker.Syntax.Evaluation;
using Stoker.Syntax.Values;

namespace Stoker.Syntax;

/// <summary>Computes the value of an expression.</summary>
public static class Evaluator
{
    /// <summary>
    /// Evaluates <paramref name="expression"/>. False when it has no value: then every reason is in <paramref name="diagnostics"/>, or a
    /// <see cref="PoisonValue"/> was touched and the reason is reported elsewhere. An array or object that was computed may still hold poison
    /// inside, where it came from a reference.
    /// </summary>
    public static bool TryEvaluate(Expression expression, Scope scope, DiagnosticBag diagnostics, out Value value)
    {
        Value? result = new ExpressionEvaluation(scope, diagnostics).Evaluate(expression);
        value = result ?? PoisonValue.Instance;
        return result is not null;
    }
}
