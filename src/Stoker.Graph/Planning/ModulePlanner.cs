using Stoker.Components;
using Stoker.Syntax;
using Stoker.Syntax.Ast;

namespace Stoker.Graph.Planning;

/// <summary>
/// Turns the blocks of one module into its plan: which nodes there are, what refers to what, and in which order they are evaluated. 1. The blocks are
/// told apart. 2. The modules inside are planned. 3. References are resolved, outwards where the module sees what is around it. 4. The nodes are sorted.
/// </summary>
internal sealed class ModulePlanner
{
    private readonly PlanSettings _settings;
    private readonly ModuleNames _names;
    private readonly DiagnosticBag _diagnostics;
    private readonly ModulePlan _plan;
    private readonly List<(PlannedNode Foreach, Body Template)> _templates = [];

    private ModulePlanner(PlanSettings settings, ModuleKind kind, bool isImported, ModuleNames? outer, DiagnosticBag diagnostics)
    {
        _settings = settings;
        _diagnostics = diagnostics;
        _plan = new ModulePlan(kind, isImported, settings.IsFromServer);
        _names = new ModuleNames(_plan, outer, settings);
    }

    /// <param name="kind"><see cref="ModuleKind.Root"/> or <see cref="ModuleKind.Import"/>.</param>
    public static ModulePlan Plan(IEnumerable<Body> bodies, ModuleKind kind, PlanSettings settings, DiagnosticBag diagnostics) =>
        new ModulePlanner(settings, kind, kind == ModuleKind.Import, outer: null, diagnostics).Plan(bodies.SelectMany(body => body.Statements));

    private ModulePlan Plan(IEnumerable<Statement> statements, string? variable = null, BlockStatement? owner = null)
    {
        // 1.
        if (variable is not null)
        {
            _names.Nodes.Add(variable, new PlannedNode(variable, NodeKind.Variable, owner!));
        }

        Statement[] all = [.. statements];
        foreach (Statement statement in all)
        {
            // Before the blocks that use them, because the order in a file is free.
            if (statement is BlockStatement block)
            {
                AddDeclaration(block);
            }
        }

        foreach (Statement statement in all)
        {
            AddStatement(statement);
        }

        // 2.
        foreach (DeclarePlan declare in _plan.Declares.Values)
        {
            declare.Body = Inside(ModuleKind.Declare, declare.Mistakes).Plan(declare.Block.Body.Statements);
        }

        foreach ((PlannedNode node, Body template) in _templates)
        {
            node.Inner = Inside(ModuleKind.Template, _diagnostics).Plan(template.Statements, ForeachBlock.VariableOf(node.Block), node.Block);
        }

        // 3.
        var uses = new TemplateUses(_plan, _diagnostics);
        foreach (PlannedNode node in _names.Nodes.Values)
        {
            ResolveReferences(node);
            node.After =
            [
                .. node.References.Where(reference => reference.Up == 0).Select(reference => reference.Id)
                    .Concat(TemplateUses.OuterReferences(node.Inner))
                    .Concat(uses.ImportsFor(node))
                    .Distinct(),
            ];
        }

        // 4.
        _plan.Nodes = NodeOrder.Sort(_names.Nodes, _diagnostics);
        return _plan;
    }

    private ModulePlanner Inside(ModuleKind kind, DiagnosticBag diagnostics) => new(_settings, kind, _plan.IsImported, _names, diagnostics);

    private void AddDeclaration(BlockStatement block)
    {
        if (block.Name == "declare")
        {
            if (block.BlockLabel is not { } name)
            {
                _diagnostics.Error(block.HeaderSpan, "declare needs a label, the name of the component that it declares: declare \"NAME\" { ... }");
            }
            else if (name == "declare")
            {
                _diagnostics.Error(block.LabelSpan, "a declare cannot have the name \"declare\"");
            }
            else if (!_plan.Declares.TryAdd(name, new DeclarePlan(name, block)))
            {
                _diagnostics.Error(block.HeaderSpan, $"declare \"{name}\" stands already at {_plan.Declares[name].Block.Span}");
            }
            else
            {
                WarnOfShadow(name, block.LabelSpan ?? block.HeaderSpan);
            }
        }
        else if (_settings.Catalog.Find(block.Name) is { IsImport: true } definition && block.BlockLabel is { } space)
        {
            if (_settings.IsFromServer && definition.ImportsFiles)
            {
                _diagnostics.Error(block.NameSpan, $"a module that came from a server may not import files of this machine by {block.Name}");
                return;
            }

            var node = new PlannedNode($"{block.Name}.{space}", NodeKind.Component, block) { Definition = definition };
            if (_plan.Imports.TryAdd(space, node))
            {
                _names.Nodes.Add(node.Id, node);
                WarnOfShadow(space, block.LabelSpan ?? block.HeaderSpan);
            }
            else
            {
                _diagnostics.Error(block.HeaderSpan, $"the namespace \"{space}\" belongs to the import at {_plan.Imports[space].Block.Span} already; give this one another label");
            }
        }
    }

    private void WarnOfShadow(string name, SourceSpan place)
    {
        if (_settings.IsKnownName(name))
        {
            _diagnostics.Warning(place, $"\"{name}\" hides the built-in name of the same spelling wherever it is used");
        }
    }

    private void AddStatement(Statement statement)
    {
        if (statement is AttributeStatement attribute)
        {
            _diagnostics.Error(attribute.NameSpan, _plan.Kind == ModuleKind.Root
                ? $"unrecognized attribute \"{attribute.Name}\": at the top of a file stand only blocks, such as pyroscope.scrape \"LABEL\" {{ ... }}"
                : $"unrecognized attribute \"{attribute.Name}\": in a module stand only blocks");
            return;
        }

        var block = (BlockStatement)statement;
        if (block.Name == "declare")
        {
            return;
        }

        ComponentDefinition? definition = _settings.Catalog.Find(block.Name);
        if (_plan.Kind == ModuleKind.Import && definition is not { IsImport: true })
        {
            _diagnostics.Error(block.NameSpan, $"a module that is imported holds only declare and import blocks, not \"{block.Name}\"; put it into a declare \"NAME\" {{ ... }}");
            return;
        }

        switch (block.Name)
        {
            case "argument" or "export":
                AddPort(block, block.Name == "argument" ? NodeKind.Argument : NodeKind.Export);
                break;
            case "foreach":
                AddForeach(block);
                break;
            default:
                if (_names.FindTemplate(block) is { } template)
                {
                    AddInstance(block, template);
                }
                else if (definition is not { IsImport: true } || block.BlockLabel is null)
                {
                    AddComponent(block, definition);
                }

                break;
        }
    }

    private void AddPort(BlockStatement block, NodeKind kind)
    {
        if (_plan.Kind != ModuleKind.Declare)
        {
            _diagnostics.Error(block.HeaderSpan, $"{block.Name} stands only inside a declare, whose {(kind == NodeKind.Argument ? "input" : "output")} it describes");
        }
        else if (block.BlockLabel is null)
        {
            _diagnostics.Error(block.HeaderSpan, $"{block.Name} needs a label, its name: {block.Name} \"NAME\" {{ ... }}");
        }
        else
        {
            Add(new PlannedNode($"{block.Name}.{block.BlockLabel}", kind, block), block.Name);
        }
    }

    private void AddForeach(BlockStatement block)
    {
        if (!IsStable(block, StabilityLevel.Experimental, "foreach") || !HasLabel(block, "foreach"))
        {
            return;
        }

        var node = new PlannedNode($"foreach.{block.BlockLabel}", NodeKind.Foreach, block) { Body = ForeachBlock.HeaderOf(block) };
        if (ForeachBlock.TemplateOf(block, _diagnostics) is { } template)
        {
            _templates.Add((node, template));
            Add(node, "foreach");
            if (ForeachBlock.VariableOf(block) is { } variable)
            {
                WarnOfShadow(variable, block.HeaderSpan);
            }
        }
        else
        {
            Add(new PlannedNode(node.Id, NodeKind.Broken, block), "foreach");
        }
    }

    private void AddInstance(BlockStatement block, TemplateReference template)
    {
        if (HasLabel(block, "component"))
        {
            Add(new PlannedNode($"{block.Name}.{block.BlockLabel}", NodeKind.Instance, block) { Template = template }, "component");
        }
    }

    private void AddComponent(BlockStatement block, ComponentDefinition? definition)
    {
        bool isConfigBlock = definition is { IsConfigBlock: true };
        bool isUsable = definition is not null && IsStable(block, definition.Stability, isConfigBlock ? "block" : "component");
        if (definition is null)
        {
            _diagnostics.Error(block.NameSpan, _settings.Catalog.DescribeUnknown(block.Name, _names.Declared()));
        }
        else if (isConfigBlock && _plan.Kind != ModuleKind.Root)
        {
            _diagnostics.Error(block.NameSpan, $"block \"{block.Name}\" belongs to the configuration itself and cannot stand in a module");
            return;
        }
        else if (isConfigBlock && block.BlockLabel is not null)
        {
            _diagnostics.Error(block.LabelSpan ?? block.HeaderSpan, $"block \"{block.Name}\" takes no label");
        }
        else if (!isConfigBlock && !HasLabel(block, "component"))
        {
            return;
        }

        string id = block.BlockLabel is { } label && !isConfigBlock ? $"{block.Name}.{label}" : block.Name;
        Add(
            new PlannedNode(id, isUsable ? NodeKind.Component : NodeKind.Broken, block) { Definition = isUsable ? definition : null },
            isConfigBlock ? "block" : "component");
    }

    private void Add(PlannedNode node, string what)
    {
        if (!_names.Nodes.TryAdd(node.Id, node))
        {
            _diagnostics.Error(node.Block.HeaderSpan, $"{what} \"{node.Id}\" stands already at {_names.Nodes[node.Id].Block.Span}");
        }
    }

    private bool HasLabel(BlockStatement block, string what)
    {
        if (block.BlockLabel is not null)
        {
            return true;
        }

        _diagnostics.Error(block.HeaderSpan, what == block.Name
            ? $"{block.Name} needs a label: {block.Name} \"LABEL\" {{ ... }}"
            : $"{what} \"{block.Name}\" needs a label: {block.Name} \"LABEL\" {{ ... }}");
        return false;
    }

    private bool IsStable(BlockStatement block, StabilityLevel stability, string what)
    {
        if (stability >= _settings.Stability)
        {
            return true;
        }

        string subject = what == block.Name ? block.Name : $"{what} \"{block.Name}\"";
        _diagnostics.Error(block.NameSpan, $"{subject} is {stability.Word()}; --stability.level={stability.Word()} allows its use");
        return false;
    }

    private void ResolveReferences(PlannedNode node)
    {
        if (node.Kind == NodeKind.Variable)
        {
            return;
        }

        var unresolved = new List<string>();
        var references = new SortedSet<PlannedReference>(Comparer<PlannedReference>.Create((left, right) =>
            left.Up != right.Up ? left.Up.CompareTo(right.Up) : string.CompareOrdinal(left.Id, right.Id)));
        foreach (Reference reference in ReferenceFinder.Find(node.Body))
        {
            if (_names.Resolve(reference.Names) is { } found)
            {
                references.Add(found);
            }
            else if (!_settings.IsKnownName(reference.Names[0]))
            {
                string chain = string.Join('.', reference.Names);
                unresolved.Add(chain);
                _diagnostics.Error(reference.Span, _names.DescribeUnresolved(reference.Names));
            }
        }

        node.References = [.. references];
        node.Unresolved = unresolved;
    }
}
