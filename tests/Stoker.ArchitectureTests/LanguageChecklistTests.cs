namespace Stoker.ArchitectureTests;

/// <summary>Each rule of the configuration language has a test or a reason, by the checklist in the documents.</summary>
public sealed class LanguageChecklistTests
{
    private static readonly ChecklistFile Checklist = ChecklistFile.Parse(File.ReadAllText(Repository.PathOf("docs/reference/language-checklist.md")));

    [Fact]
    public void Checklist_EveryRow_NamesTestsThatExist()
    {
        Assert.NotEmpty(Checklist.Rows);
        Assert.Empty(Checklist.FindFaults(TestIndex.All));
    }

    [Fact]
    public void Checklist_EverySection_HasRows() => Assert.Equal(
        ["1", "2", "3", "4", "5", "6", "7"],
        Checklist.Rows.Select(row => row.Key[..1]).Distinct());

    [Fact]
    public void Checklist_EveryRow_IsDecided() => Assert.All(Checklist.Rows, row =>
    {
        bool waits = Checklist.Later.Contains(row.Key);
        Assert.True(
            waits ? row.Cells["Here"] == "not there" : row.Cells["Here"] == "kept" || row.Cells["Here"].StartsWith("different: ", StringComparison.Ordinal),
            $"{row.Key}: {row.Cells["Here"]}");
    });
}
