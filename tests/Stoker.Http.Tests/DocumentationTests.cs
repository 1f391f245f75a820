using Stoker.Components.Arguments;

namespace Stoker.Http.Tests;

public sealed class DocumentationTests
{
    [Fact]
    public void Page_ListsExactlyTheDeclaredArguments()
    {
        string[] expected = [.. Attributes(HttpClientArguments.Schema)
            .Concat(Block("basic_auth"))
            .Concat(Block("authorization"))
            .Concat(Block("oauth2"))
            .Concat(Block("tls_config"))];
        Assert.Equal(expected, Rows());
    }

    private static IEnumerable<string> Block(string name) =>
        Attributes(HttpClientArguments.Schema.Fields.Single(field => field.Name == name).Nested!);

    private static IEnumerable<string> Attributes(BlockSchema schema) =>
        schema.Fields.Where(field => field.Nested is null).Select(field => $"{field.Name}|{field.Type}|{field.Default}");

    private static IEnumerable<string> Rows() =>
        File.ReadLines(Path.Combine(Root(), "docs", "reference", "http-client.md"))
            .Where(line => line.StartsWith("| `", StringComparison.Ordinal))
            .Select(line => line.Split('|', StringSplitOptions.TrimEntries))
            .Select(cells => $"{cells[1].Trim('`')}|{cells[2]}|{cells[4].Trim('`')}");

    private static string Root()
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        }

        return folder;
    }
}
