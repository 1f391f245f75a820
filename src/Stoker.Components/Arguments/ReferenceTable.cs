using System.Text;

namespace Stoker.Components.Arguments;

/// <summary>
/// The table of a reference page, written from a schema: one row for each attribute and block, those of nested blocks as <c>block > name</c>.
/// </summary>
public static class ReferenceTable
{
    /// <summary>The table in Markdown, each line with a line feed.</summary>
    public static string Of(BlockSchema schema)
    {
        var table = new StringBuilder("| Name | Type | Description | Default | Required |\n| --- | --- | --- | --- | --- |\n");
        AddRows(schema, prefix: "", table);
        return table.ToString();
    }

    private static void AddRows(BlockSchema schema, string prefix, StringBuilder table)
    {
        foreach (FieldDescription field in schema.Fields)
        {
            string required = field.Required ? "yes" : "no";
            table.Append($"| {Code(prefix + field.Name)} | {Code(field.Type)} | {Escape(field.Summary)} | {Code(field.Default)} | {required} |\n");
            if (field.Nested is { } nested)
            {
                AddRows(nested, $"{prefix}{field.Name} > ", table);
            }
        }
    }

    private static string Code(string text) => text.Length == 0 ? "" : $"`{Escape(text)}`";

    private static string Escape(string text) =>
        text.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ");
}
