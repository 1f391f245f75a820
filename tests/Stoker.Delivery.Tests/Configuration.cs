using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Delivery.Tests;

/// <summary>Reads arguments from text, as the body of a component would be.</summary>
internal static class Configuration
{
    /// <summary>The arguments, null after an error, and the diagnostics as <c>line:column: message</c>.</summary>
    public static (object? Arguments, IReadOnlyList<string> Diagnostics) Read(BlockSchema schema, string text)
    {
        var diagnostics = new DiagnosticBag();
        var file = SourceFile.FromText("f", text);
        var scope = new Scope(new Dictionary<string, Value>(), StandardLibrary.Create(_ => null));
        object? arguments = Parser.Parse(file, diagnostics) is { } body
            ? schema.DecodeObject(body, new SourceSpan(file, 0, 0), scope, diagnostics)
            : null;
        return (arguments, [.. diagnostics.ToSortedList().Select(diagnostic => diagnostic.ToString()["f:".Length..])]);
    }
}
