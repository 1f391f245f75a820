using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Planning;

/// <summary>What every module of a configuration is planned with.</summary>
internal sealed record PlanSettings(ComponentCatalog Catalog, IReadOnlyDictionary<string, Value> StandardLibrary, StabilityLevel Stability)
{
    /// <summary>The variable that every module has: the directory that it was read from.</summary>
    public const string ModulePath = "module_path";

    /// <summary>True for what came from a server, at any depth: it may not import files of this machine.</summary>
    public bool IsFromServer { get; init; }

    public bool IsKnownName(string name) => name == ModulePath || StandardLibrary.ContainsKey(name);
}
