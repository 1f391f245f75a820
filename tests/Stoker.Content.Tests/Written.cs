using Stoker.Components;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Content.Tests;

/// <summary>Arguments that a test writes as the text of a configuration file.</summary>
internal static class Written
{
    public static ComponentDefinition Definition(string name) => ContentComponents.Definitions.Single(definition => definition.Name == name);

    /// <summary>The arguments that a body decodes to, null after an error, and the diagnostics as <c>line:column: message</c>.</summary>
    public static (object? Arguments, IReadOnlyList<string> Diagnostics) Read(string component, string body, params (string Name, Value Value)[] variables)
    {
        var diagnostics = new DiagnosticBag();
        var file = SourceFile.FromText("t.alloy", body);
        var scope = new Scope(variables.ToDictionary(variable => variable.Name, variable => variable.Value), StandardLibrary.Create(_ => null));
        object? arguments = Parser.Parse(file, diagnostics) is { } parsed
            ? Definition(component).Arguments.DecodeObject(parsed, new SourceSpan(file, 0, 0), scope, diagnostics)
            : null;
        return (arguments, [.. diagnostics.ToSortedList().Select(diagnostic => diagnostic.ToString().Replace("t.alloy:", "", StringComparison.Ordinal))]);
    }
}
