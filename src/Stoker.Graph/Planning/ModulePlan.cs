using Stoker.Components;
using Stoker.Syntax;
using Stoker.Syntax.Ast;

namespace Stoker.Graph.Planning;

internal enum ModuleKind
{
    /// <summary>The files of the configuration itself.</summary>
    Root,

    /// <summary>The body of a <c>declare</c>.</summary>
    Declare,

    /// <summary>The <c>template</c> of a <c>foreach</c>: it sees what the foreach sees.</summary>
    Template,

    /// <summary>What an <c>import.*</c> block brings: only declarations and further imports.</summary>
    Import,
}

internal enum NodeKind
{
    Component,
    Argument,
    Export,

    /// <summary>An instance of a <c>declare</c>, also called a custom component.</summary>
    Instance,
    Foreach,

    /// <summary>The item of a <c>foreach</c> inside its template; it has no block of its own.</summary>
    Variable,

    /// <summary>A block with a mistake that keeps it from being built; what refers to it fails without a report of its own.</summary>
    Broken,
}

/// <summary>A node that an expression refers to, by its identifier in its module and how many modules further out that is.</summary>
internal readonly record struct PlannedReference(int Up, string Id);

/// <summary>Where the declaration stands that an instance is made of: so many modules further out, under an import's namespace or directly.</summary>
internal readonly record struct TemplateReference(int Up, string? Namespace, string Name);

/// <summary>One block of a module that is evaluated. Complete once its module is planned, and immutable from then on.</summary>
internal sealed class PlannedNode(string id, NodeKind kind, BlockStatement block)
{
    /// <summary>The identifier inside the module, such as <c>pyroscope.write.main</c>.</summary>
    public string Id => id;

    public NodeKind Kind => kind;

    public BlockStatement Block => block;

    /// <summary>The body that expressions are taken from: that of the block, for a <c>foreach</c> without its template.</summary>
    public Body Body { get; init; } = block.Body;

    /// <summary>Null where the node is no component.</summary>
    public ComponentDefinition? Definition { get; init; }

    /// <summary>Set for an instance.</summary>
    public TemplateReference? Template { get; init; }

    /// <summary>The template of a <c>foreach</c>.</summary>
    public ModulePlan? Inner { get; set; }

    /// <summary>What its expressions refer to, sorted.</summary>
    public IReadOnlyList<PlannedReference> References { get; set; } = [];

    /// <summary>Chains of names that lead nowhere; they are reported already.</summary>
    public IReadOnlyList<string> Unresolved { get; set; } = [];

    /// <summary>The nodes of its module that must be evaluated before it.</summary>
    public IReadOnlyList<string> After { get; set; } = [];
}

/// <summary>A <c>declare</c>: a module that instances are made of.</summary>
internal sealed record DeclarePlan(string Name, BlockStatement Block)
{
    public ModulePlan Body { get; set; } = null!;

    /// <summary>What is wrong with the blocks of its body; it counts where something uses the declaration.</summary>
    public DiagnosticBag Mistakes { get; } = new();

    /// <summary>True where it uses itself, so that no instance of it can be made.</summary>
    public bool IsCyclic { get; set; }
}

/// <summary>What a module consists of, in the order of evaluation. Shared by all instances that are made of it.</summary>
internal sealed class ModulePlan(ModuleKind kind, bool isImported, bool isFromServer)
{
    public ModuleKind Kind => kind;

    /// <summary>True for what an import brought, at any depth.</summary>
    public bool IsImported => isImported;

    /// <summary>True for what came from a server, at any depth.</summary>
    public bool IsFromServer => isFromServer;

    public IReadOnlyList<PlannedNode> Nodes { get; set; } = [];

    public Dictionary<string, DeclarePlan> Declares { get; } = new(StringComparer.Ordinal);

    /// <summary>The import blocks by their namespace.</summary>
    public Dictionary<string, PlannedNode> Imports { get; } = new(StringComparer.Ordinal);

    /// <summary>The labels of the module's <c>argument</c> blocks.</summary>
    public IEnumerable<string> ArgumentNames => Nodes.Where(node => node.Kind == NodeKind.Argument).Select(node => node.Block.BlockLabel!);
}
