using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>The value of an argument that is passed into a module, and the identifiers of what it was computed from.</summary>
internal readonly record struct PassedValue(Value Value, IReadOnlyList<string> References);

/// <summary>What a module gets from where it is used.</summary>
internal sealed record ModuleInput
{
    public static ModuleInput None { get; } = new();

    /// <summary>The arguments of an instance by name.</summary>
    public IReadOnlyDictionary<string, PassedValue> Arguments { get; init; } = new Dictionary<string, PassedValue>();

    /// <summary>Where the module is used, for arguments that are missing; null for the configuration itself.</summary>
    public SourceSpan? Place { get; init; }

    /// <summary>True where a module is only checked and nothing is passed: every argument is then unknown.</summary>
    public bool IsCheck { get; init; }

    /// <summary>The item of a <c>foreach</c>.</summary>
    public PassedValue? Item { get; init; }

    /// <summary>Why arguments are not known yet; null where they are.</summary>
    public string? Waiting { get; init; }
}
