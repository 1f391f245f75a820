using System.Text.Encodings.Web;
using System.Text.Json;
using Stoker.Graph;
using Stoker.Syntax;

namespace Stoker.Commands;

/// <summary>
/// The answer of <c>stoker validate --json</c>: one object. Its shape is an interface (docs/reference/commands.md): names may be added, and none
/// changes or goes. Every name is always there; what has no place has null in place of its file and numbers.
/// </summary>
internal static class ValidateJson
{
    private static readonly JsonWriterOptions Options = new() { Indented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static void Print(string path, ReloadResult result, Stream output)
    {
        using (var json = new Utf8JsonWriter(output, Options))
        {
            json.WriteStartObject();
            json.WriteString("path", ConfigurationArgument.NameOf(path));
            json.WriteBoolean("valid", result.Applied);
            json.WriteNumber("errors", result.Diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Error));
            json.WriteNumber("warnings", result.Diagnostics.Count(diagnostic => diagnostic.Severity == DiagnosticSeverity.Warning));
            json.WriteStartArray("diagnostics");
            foreach (Diagnostic diagnostic in result.Diagnostics)
            {
                Write(diagnostic, json);
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        output.Write("\n"u8);
    }

    private static void Write(Diagnostic diagnostic, Utf8JsonWriter json)
    {
        (int Line, int Column)? start = diagnostic.Span is { } first ? first.File.GetLineAndColumn(first.Start) : null;
        (int Line, int Column)? end = diagnostic.Span is { } last ? last.File.GetLineAndColumn(last.End) : null;
        json.WriteStartObject();
        json.WriteString("severity", diagnostic.Severity == DiagnosticSeverity.Error ? "error" : "warning");
        json.WriteString("file", diagnostic.Span?.File.Path);
        WriteNumber("line", start?.Line);
        WriteNumber("column", start?.Column);
        WriteNumber("end_line", end?.Line);
        WriteNumber("end_column", end?.Column);
        json.WriteString("message", diagnostic.Message);
        json.WriteEndObject();

        void WriteNumber(string name, int? number)
        {
            if (number is { } known)
            {
                json.WriteNumber(name, known);
            }
            else
            {
                json.WriteNull(name);
            }
        }
    }
}
