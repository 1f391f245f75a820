using Stoker.Syntax;
using Stoker.Syntax.Ast;

namespace Stoker.Graph.Planning;

/// <summary>
/// What a name means in a module: which node a chain of names leads to, and which declaration a block is an instance of. Declarations are looked for
/// outwards from every module, nodes only from a template.
/// </summary>
internal sealed class ModuleNames(ModulePlan plan, ModuleNames? outer, PlanSettings settings)
{
    // A comparison with every node; nobody reads more remedies than that.
    private const int MaxDescribed = 100;

    private int _described;

    /// <summary>The module's nodes by identifier, in the order of the file.</summary>
    public Dictionary<string, PlannedNode> Nodes { get; } = new(StringComparer.Ordinal);

    /// <summary>The node that a chain leads to, by the shortest beginning that is one; null where none is.</summary>
    public PlannedReference? Resolve(IReadOnlyList<string> names)
    {
        int up = 0;
        foreach (ModuleNames module in Seen())
        {
            for (int length = 1; length <= names.Count; length++)
            {
                string id = string.Join('.', names.Take(length));
                if (module.Nodes.TryGetValue(id, out PlannedNode? node) && IsReferable(node))
                {
                    return new PlannedReference(up, id);
                }
            }

            up++;
        }

        return null;
    }

    /// <summary>The nearest declaration with the block's name, or the nearest import with its namespace; they shadow what Stoker itself has.</summary>
    public TemplateReference? FindTemplate(BlockStatement block)
    {
        int up = 0;
        foreach (ModulePlan module in Around())
        {
            if (block.NameParts.Count == 1 && module.Declares.ContainsKey(block.Name))
            {
                return new TemplateReference(up, null, block.Name);
            }

            if (block.NameParts.Count > 1 && module.Imports.ContainsKey(block.NameParts[0]))
            {
                return new TemplateReference(up, block.NameParts[0], string.Join('.', block.NameParts.Skip(1)));
            }

            up++;
        }

        return null;
    }

    /// <summary>The names of all declarations that can be used here.</summary>
    public IEnumerable<string> Declared() => Around().SelectMany(module => module.Declares.Keys);

    /// <summary>The message for a chain that leads nowhere.</summary>
    public string DescribeUnresolved(IReadOnlyList<string> names)
    {
        string chain = string.Join('.', names);
        if (names[0] == "argument" && names.Count > 1)
        {
            string[] arguments = [.. Nodes.Values.Where(node => node.Kind == NodeKind.Argument).Select(node => node.Block.BlockLabel!)];
            return $"this module has no argument \"{names[1]}\"{Suggestion.For(names[1], arguments)}";
        }

        if (_described++ >= MaxDescribed)
        {
            return names.Count == 1 ? $"identifier \"{chain}\" does not exist" : $"component \"{chain}\" does not exist or is out of scope";
        }

        string[] candidates = [.. Seen().SelectMany(module => module.Nodes.Values).Where(IsReferable).Select(node => node.Id)];
        IEnumerable<string> roots = [PlanSettings.ModulePath, .. settings.StandardLibrary.Keys, .. candidates.Where(id => !id.Contains('.', StringComparison.Ordinal))];
        string remedy = ReferenceSuggestion.For(names, candidates, roots);
        if (names.Count == 1)
        {
            return $"identifier \"{chain}\" does not exist{remedy}";
        }

        string outside = plan.Kind == ModuleKind.Declare && IsOutside(names)
            ? "; a declare sees only its own components and arguments, so pass the value in by an argument"
            : remedy;
        return $"component \"{chain}\" does not exist or is out of scope{outside}";
    }

    private static bool IsReferable(PlannedNode node) =>
        node.Kind is not (NodeKind.Export or NodeKind.Foreach) && node.Definition is not ({ IsConfigBlock: true } or { IsImport: true });

    private bool IsOutside(IReadOnlyList<string> names)
    {
        for (ModuleNames? module = Outer; module is not null; module = module.Outer)
        {
            if (module.Resolve(names) is not null)
            {
                return true;
            }
        }

        return false;
    }

    private ModuleNames? Outer => outer;

    /// <summary>This module and those whose nodes it sees beside its own.</summary>
    private IEnumerable<ModuleNames> Seen()
    {
        for (ModuleNames? module = this; module is not null; module = module.Plan.Kind == ModuleKind.Template ? module.Outer : null)
        {
            yield return module;
        }
    }

    /// <summary>This module and all around it.</summary>
    private IEnumerable<ModulePlan> Around()
    {
        for (ModuleNames? module = this; module is not null; module = module.Outer)
        {
            yield return module.Plan;
        }
    }

    private ModulePlan Plan => plan;
}
