using System.Collections.Frozen;
using Stoker.Components;
using Stoker.Syntax;

namespace Stoker.Graph;

/// <summary>The kinds of components and config blocks that this program has. Immutable and safe from several threads.</summary>
public sealed class ComponentCatalog(IReadOnlyList<ComponentDefinition> definitions)
{
    private readonly FrozenDictionary<string, ComponentDefinition> _byName = definitions.ToFrozenDictionary(definition => definition.Name, StringComparer.Ordinal);

    public IReadOnlyList<ComponentDefinition> Definitions { get; } = [.. definitions.OrderBy(definition => definition.Name, StringComparer.Ordinal)];

    /// <summary>The blocks that the graph itself understands.</summary>
    public static IReadOnlyList<string> LanguageBlocks { get; } = ["argument", "declare", "export", "foreach"];

    public ComponentDefinition? Find(string name) => _byName.GetValueOrDefault(name);

    /// <summary>The message for a block that nobody knows: it lists what exists.</summary>
    /// <param name="declared">Names that the configuration declares itself.</param>
    internal string DescribeUnknown(string name, IEnumerable<string> declared)
    {
        IEnumerable<string> names = Definitions.Where(definition => !definition.IsReserved).Select(definition => definition.Name).Concat(LanguageBlocks).Order(StringComparer.Ordinal);
        return $"Stoker has no component or block \"{name}\"{Suggestion.For(name, names.Concat(declared))} (it has: {string.Join(", ", names)})";
    }
}
