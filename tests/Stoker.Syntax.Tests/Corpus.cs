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

    /// <summary>The names of the files NAME.in below <c>tests/corpora/fmt</c>, each with what it becomes in NAME.expect.</summary>
    public static IEnumerable<string> FormatPairs() =>
        Directory.EnumerateFiles(Path.Combine(Root(), "tests", "corpora", "fmt"), "*.in")
            .Select(path => Path.GetFileNameWithoutExtension(path))
            .Order(StringComparer.Ordinal);

    public static (byte[] Source, byte[] Expected) FormatPair(string name)
    {
        string path = Path.Combine(Root(), "tests", "corpora", "fmt", name);
        return (File.ReadAllBytes(path + ".in"), File.ReadAllBytes(path + ".expect"));
    }

    public static string PathOf(string name) => Path.Combine(Root(), "tests", "corpora", name);

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
