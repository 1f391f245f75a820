using Stoker.Components.Arguments;
using Stoker.Syntax;
using Stoker.Syntax.Values;

namespace Stoker.Discovery.Tests;

/// <summary>Arguments that a test writes as the text of a configuration file.</summary>
internal static class Written
{
    private const string FileName = "t.alloy";

    /// <summary>The arguments that a body decodes to, null after an error, and the diagnostics as <c>line:column: message</c>.</summary>
    /// <param name="variables">What the body can refer to.</param>
    public static (T? Arguments, IReadOnlyList<string> Diagnostics) Read<T>(
        BlockSchema<T> schema, string body, IReadOnlyDictionary<string, Value>? variables = null)
        where T : class
    {
        (object? arguments, IReadOnlyList<Diagnostic> diagnostics) = Decode(schema, body, variables);
        return ((T?)arguments, [.. diagnostics.Select(Show)]);
    }

    /// <inheritdoc cref="Read{T}"/>
    public static (object? Arguments, IReadOnlyList<string> Diagnostics) Read(BlockSchema schema, string body)
    {
        (object? arguments, IReadOnlyList<Diagnostic> diagnostics) = Decode(schema, body);
        return (arguments, [.. diagnostics.Select(Show)]);
    }

    /// <summary>The arguments and the diagnostics as they are, in the order of their places.</summary>
    public static (object? Arguments, IReadOnlyList<Diagnostic> Diagnostics) Decode(
        BlockSchema schema, string body, IReadOnlyDictionary<string, Value>? variables = null)
    {
        var diagnostics = new DiagnosticBag();
        var file = SourceFile.FromText(FileName, body);
        var scope = new Scope(new Dictionary<string, Value>(variables ?? new Dictionary<string, Value>()), StandardLibrary.Create(_ => null));
        object? arguments = Parser.Parse(file, diagnostics) is { } parsed
            ? schema.DecodeObject(parsed, new SourceSpan(file, 0, 0), scope, diagnostics)
            : null;
        return (arguments, [.. diagnostics.ToSortedList()]);
    }

    /// <summary>A diagnostic without the name of its file.</summary>
    public static string Show(Diagnostic diagnostic) => diagnostic.ToString().Replace(FileName + ":", "", StringComparison.Ordinal);
}
