namespace Stoker.ArchitectureTests;

public sealed class SourceFileTests
{
    /// <summary>Above this a file has a second responsibility, which wants a type and a file of its own.</summary>
    private const int MaxLines = 400;

    [Fact]
    public void SourceFiles_OfTheProduct_StaySmall()
    {
        string[] files = [.. Repository.FilesBelow("src", "*.cs")];
        Assert.NotEmpty(files);
        IEnumerable<string> tooLong = files
            .Select(file => (file, lines: File.ReadLines(file).Count()))
            .Where(measured => measured.lines > MaxLines)
            .Select(measured => $"{Repository.Relative(measured.file)} has {measured.lines} lines");
        Assert.Empty(tooLong);
    }

    [Fact]
    public void Examples_AreEachNamedByATest()
    {
        string tests = string.Concat(Repository.FilesBelow("tests", "*.cs")
            .Where(file => !Repository.Relative(file).StartsWith("tests/Stoker.ArchitectureTests/", StringComparison.Ordinal))
            .Select(File.ReadAllText));
        IEnumerable<string> unnamed = Repository.FilesBelow("examples", "*")
            .Where(file => !tests.Contains($"{Path.GetFileName(file)}\"", StringComparison.Ordinal))
            .Select(Repository.Relative);
        Assert.Empty(unnamed);
    }
}
