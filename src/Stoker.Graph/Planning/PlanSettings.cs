using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Planning;

/// <summary>What every module of a configuration is planned with.</summary>
internal sealed record PlanSettings(ComponentCatalog Catalog, IReadOnlyDictionary<string, Value> StandardLibrary, StabilityLevel Stability)
{
    /// <summary>The variable that every module has: the directory that it was read from.</summary>
    public const string ModulePath = "module_path";

    public bool IsKnownName(string name) => name == ModulePath || StandardLibrary.ContainsKey(name);
}
