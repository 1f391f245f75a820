using Stoker.Syntax.Values;

namespace Stoker.Syntax.Evaluation;

/// <summary>What a name that does not exist was probably meant to be: another name, or a function inside a namespace.</summary>
internal static class FunctionHint
{
    public static string For(string name, Scope scope)
    {
        string near = Suggestion.For(name, scope.Names);
        if (near.Length > 0)
        {
            return near;
        }

        // The names that other languages give it.
        if (name.StartsWith("env", StringComparison.OrdinalIgnoreCase) || name.Equals("getenv", StringComparison.OrdinalIgnoreCase))
        {
            return "; did you mean \"sys.env\"?";
        }

        foreach (string space in scope.Names.Distinct(StringComparer.Ordinal).Order(StringComparer.Ordinal))
        {
            if (scope.TryLookup(space, out Value value) && value is ObjectValue members
                && members.Fields.Keys.FirstOrDefault(member => members.Fields[member] is FunctionValue && Suggestion.For(name, [member]).Length > 0) is { } found)
            {
                return $"; did you mean \"{space}.{found}\"?";
            }
        }

        return "";
    }
}
