namespace Stoker.ArchitectureTests;

/// <summary>The checked-out sources that these tests read: found by walking up from the test's output to the solution file.</summary>
internal static class Repository
{
    private static readonly string[] BuildFolders = ["artifacts", ".git", "BenchmarkDotNet.Artifacts"];

    public static string Root { get; } = FindRoot();

    public static string PathOf(string relative) => Path.Combine(Root, relative);

    public static string Relative(string path) => Path.GetRelativePath(Root, path).Replace('\\', '/');

    /// <summary>Every project file below the root, as paths relative to it.</summary>
    public static IReadOnlyList<string> ProjectFiles { get; } = [.. FilesBelow("", "*.csproj").Select(Relative)];

    /// <summary>Full paths of the files below a folder of the repository, in order; none where the folder does not exist.</summary>
    public static IEnumerable<string> FilesBelow(string folder, string pattern)
    {
        string start = PathOf(folder);
        return Directory.Exists(start) ? Walk(start, pattern).Order(StringComparer.Ordinal) : [];
    }

    private static IEnumerable<string> Walk(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern).Concat(
            Directory.EnumerateDirectories(folder)
                .Where(child => !BuildFolders.Contains(Path.GetFileName(child)))
                .SelectMany(child => Walk(child, pattern)));

    private static string FindRoot()
    {
        for (DirectoryInfo? folder = new(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (File.Exists(Path.Combine(folder.FullName, "Stoker.slnx")))
            {
                return folder.FullName;
            }
        }

        throw new InvalidOperationException($"No folder above {AppContext.BaseDirectory} holds Stoker.slnx.");
    }
}
