using Stoker.Syntax;

namespace Stoker.Graph.Planning;

/// <summary>
/// What the declarations of one module use of it: an instance must be evaluated after the imports that its declaration takes components from, and no
/// declaration may use itself.
/// </summary>
internal sealed class TemplateUses
{
    // Not much more than modules may stand in each other.
    private const int MaxDepth = 64;

    private readonly ModulePlan _plan;
    private readonly Dictionary<string, IReadOnlySet<string>> _imports = new(StringComparer.Ordinal);

    public TemplateUses(ModulePlan plan, DiagnosticBag diagnostics)
    {
        _plan = plan;
        foreach (DeclarePlan declare in plan.Declares.Values)
        {
            ImportsOf(declare, [], diagnostics);
        }
    }

    /// <summary>The identifiers of nodes of the surrounding module that the template of a <c>foreach</c> refers to.</summary>
    public static IEnumerable<string> OuterReferences(ModulePlan? template) =>
        template is null ? [] : ReferencesFrom(template, 1);

    /// <summary>The identifiers of the module's imports that the node needs.</summary>
    public IEnumerable<string> ImportsFor(PlannedNode node)
    {
        IEnumerable<TemplateReference> used = node.Template is { } template ? [template] : node.Inner is { } inner ? Outwards(inner) : [];
        return used.Where(one => one.Up == 0).SelectMany(one =>
            one.Namespace is { } space ? [_plan.Imports[space].Id]
            : _imports.TryGetValue(one.Name, out IReadOnlySet<string>? imports) ? imports.AsEnumerable()
            : []);
    }

    private static IEnumerable<string> ReferencesFrom(ModulePlan template, int up) =>
        template.Nodes.SelectMany(node => node.References.Where(reference => reference.Up == up).Select(reference => reference.Id)
            .Concat(node.Inner is { } inner ? ReferencesFrom(inner, up + 1) : []));

    /// <summary>What a module inside uses from further out, as seen from where it stands.</summary>
    private static IEnumerable<TemplateReference> Outwards(ModulePlan module) =>
        module.Nodes.Where(node => node.Template is not null).Select(node => node.Template!.Value)
            .Concat(module.Nodes.Where(node => node.Inner is not null).SelectMany(node => Outwards(node.Inner!)))
            .Concat(module.Declares.Values.SelectMany(declare => Outwards(declare.Body)))
            .Where(used => used.Up > 0)
            .Select(used => used with { Up = used.Up - 1 });

    private IReadOnlySet<string> ImportsOf(DeclarePlan declare, IReadOnlyList<string> way, DiagnosticBag diagnostics)
    {
        if (_imports.TryGetValue(declare.Name, out IReadOnlySet<string>? known))
        {
            return known;
        }

        if (way.Count > MaxDepth)
        {
            diagnostics.Error(declare.Block.HeaderSpan, $"declarations use each other more than {MaxDepth} deep");
            declare.IsCyclic = true;
            return new HashSet<string>();
        }

        int start = way.ToList().IndexOf(declare.Name);
        if (start >= 0)
        {
            string[] cycle = [.. way.Skip(start), declare.Name];
            if (!declare.IsCyclic)
            {
                diagnostics.Error(declare.Block.HeaderSpan, cycle.Length == 2
                    ? $"declare \"{declare.Name}\" uses itself"
                    : $"declarations use each other in a cycle: {string.Join(" -> ", cycle)}");
            }

            foreach (string name in cycle)
            {
                _plan.Declares[name].IsCyclic = true;
            }

            return new HashSet<string>();
        }

        var imports = new HashSet<string>(StringComparer.Ordinal);
        foreach (TemplateReference used in Outwards(declare.Body).Where(used => used.Up == 0))
        {
            if (used.Namespace is { } space)
            {
                imports.Add(_plan.Imports[space].Id);
            }
            else
            {
                imports.UnionWith(ImportsOf(_plan.Declares[used.Name], [.. way, declare.Name], diagnostics));
            }
        }

        _imports[declare.Name] = imports;
        return imports;
    }
}
