using Stoker.Syntax.Values;

namespace Stoker.Syntax;

/// <summary>The names that expressions of one module can see: variables and component namespaces first, then the standard library.</summary>
public sealed class Scope(IReadOnlyDictionary<string, Value> variables, IReadOnlyDictionary<string, Value> standardLibrary)
{
    /// <summary>Every name, for suggestions.</summary>
    public IEnumerable<string> Names => variables.Keys.Concat(standardLibrary.Keys);

    public bool TryLookup(string name, out Value value) =>
        variables.TryGetValue(name, out value!) || standardLibrary.TryGetValue(name, out value!);
}
