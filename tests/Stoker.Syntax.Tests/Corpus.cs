namespace Stoker.Syntax.Tests;

/// <summary>The files below <c>tests/corpora</c> that are configurations.</summary>
internal static class Corpus
{
    /// <summary>The folder of the cases for the layout of diagnostics.</summary>
    public static string Diagnostics => Path.Combine(Root(), "tests", "corpora", "diagnostics");

    public static IEnumerable<SourceFile> Files(string folder) =>
        Directory.EnumerateFiles(Path.Combine(Root(), "tests", "corpora", "config", folder), "*.alloy")
            .Order(StringComparer.Ordinal)
            .Select(path => new SourceFile(Path.GetFileName(path), File.ReadAllBytes(path)));

    private static string Root()
    {
        string directory = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(directory, "Stoker.slnx")))
        {
            directory = Path.GetDirectoryName(directory) ?? throw new InvalidOperationException("The tests do not run inside the repository.");
        }

        return directory;
    }
}
