using Stoker.Components;
using Stoker.Graph.Planning;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Graph;

/// <summary>
/// Checks the files that parse where another one does not. What the broken file would have declared is unknown: so every reference to a component
/// has no value and is not judged, nor is a component that nobody knows. What is left, the arguments of the components that exist, can be told
/// without ghosts.
/// </summary>
internal static class PartialCheck
{
    /// <param name="find">The component of a name; null where there is none.</param>
    /// <param name="scope">The names that do not come from components.</param>
    public static void Run(IReadOnlyList<Body> bodies, Func<string, ComponentDefinition?> find, Scope scope, DiagnosticBag diagnostics)
    {
        foreach (BlockStatement block in bodies.SelectMany(body => body.Statements).OfType<BlockStatement>())
        {
            if (find(block.Name) is not { } definition)
            {
                continue;
            }

            var unknown = new Dictionary<string, Value>(StringComparer.Ordinal);
            foreach (string root in ReferenceFinder.Find(block.Body).Select(reference => reference.Names[0]))
            {
                unknown[root] = scope.TryLookup(root, out Value known) ? known : PoisonValue.Instance;
            }

            try
            {
                definition.Arguments.DecodeObject(block.Body, block.HeaderSpan, new Scope(unknown, new Dictionary<string, Value>()), diagnostics);
            }
            catch (Exception exception)
            {
                // The edge of the component, as in a full load.
                diagnostics.Error(block.HeaderSpan, $"the arguments of \"{block.Name}\" cannot be checked: {exception.Message}");
            }
        }
    }
}
