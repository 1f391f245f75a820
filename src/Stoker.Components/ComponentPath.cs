namespace Stoker.Components;

/// <summary>
/// The two parts of a component's identifier: the module it stands in and its identifier there, as log lines and metrics carry them.
/// <c>shop.main/pyroscope.scrape.local</c> is <c>pyroscope.scrape.local</c> in <c>/shop.main</c>.
/// </summary>
public static class ComponentPath
{
    /// <summary>The module as <c>component_path</c>; <c>/</c> for a component of the configuration itself.</summary>
    public static string ModuleOf(string id) => "/" + id[..Math.Max(id.LastIndexOf('/'), 0)];

    /// <summary>The identifier inside the module, <c>component_id</c>.</summary>
    public static string LocalIdOf(string id) => id[(id.LastIndexOf('/') + 1)..];
}
