using Stoker.Syntax;
using Stoker.Syntax.Ast;

namespace Stoker.Components.Arguments;

/// <summary>One row of a component's reference page.</summary>
/// <param name="Type">The type of an attribute, or <c>block</c>.</param>
/// <param name="Default">How the default is shown; empty where there is none.</param>
/// <param name="Nested">The schema of a block; null for an attribute.</param>
public sealed record FieldDescription(string Name, string Type, string Summary, string Default, bool Required, BlockSchema? Nested);

/// <summary>
/// The declaration of what a block takes: the one source of decoding, of its diagnostics, of the API's display and of the documentation's tables.
/// Built once at start-up from typed delegates; nothing is found by reflection. Immutable once built and safe from several threads.
/// </summary>
public abstract class BlockSchema
{
    /// <summary>Attributes and blocks in the order of their declaration, squashed ones included.</summary>
    public abstract IReadOnlyList<FieldDescription> Fields { get; }

    /// <summary>
    /// Decodes a body. All mistakes are reported; the result is null when there was an error. A mistake that was already reported elsewhere
    /// (a reference to a broken component) gives null without a further report.
    /// </summary>
    /// <param name="block">The place of mistakes that have none of their own: what is missing.</param>
    public abstract object? DecodeObject(Body body, SourceSpan block, Scope scope, DiagnosticBag diagnostics);

    /// <summary>What of the arguments differs from the defaults, as the API shows it. Secrets show as <c>(secret)</c>.</summary>
    public abstract IReadOnlyList<BodyItem> Render(object arguments);
}
