using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Syntax;

/// <summary>The names that expressions of one module can see: variables and component namespaces first, then the standard library.</summary>
public sealed class Scope(IReadOnlyDictionary<string, Value> variables, IReadOnlyDictionary<string, Value> standardLibrary)
{
    public bool TryLookup(string name, out Value value) =>
        variables.TryGetValue(name, out value!) || standardLibrary.TryGetValue(name, out value!);
}

/// <summary>Computes the value of an expression.</summary>
public static class Evaluator
{
    /// <summary>
    /// Evaluates <paramref name="expression"/>. False when it has no value: then every reason is in <paramref name="diagnostics"/>, or a
    /// <see cref="PoisonValue"/> was touched and the reason is reported elsewhere.
    /// </summary>
    public static bool TryEvaluate(Expression expression, Scope scope, DiagnosticBag diagnostics, out Value value)
        => throw new NotImplementedException();
}
