using Stoker.Components.Arguments;
using Stoker.Graph.Planning;

namespace Stoker.Graph.Tests;

/// <summary>The reference pages of the blocks that the graph itself understands show the arguments as they are declared.</summary>
public sealed class BlockPageTests
{
    [Theory]
    [InlineData("argument")]
    [InlineData("export")]
    [InlineData("foreach")]
    public void Page_Table_IsWhatTheSchemaDeclares(string block)
    {
        BlockSchema schema = block switch
        {
            "argument" => ArgumentBlock.Schema,
            "export" => ExportBlock.Schema,
            _ => ForeachBlock.Schema,
        };
        Assert.Contains(ReferenceTable.Of(schema), PageOf(block), StringComparison.Ordinal);
    }

    [Fact]
    public void Pages_OfAllLanguageBlocks_AreThere() => Assert.All(ComponentCatalog.LanguageBlocks, block => Assert.StartsWith($"# {block}\n", PageOf(block), StringComparison.Ordinal));

    private static string PageOf(string block)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        }

        return File.ReadAllText(Path.Combine(folder, "docs", "reference", "blocks", $"{block}.md"));
    }
}
