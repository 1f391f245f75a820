using Xunit;

namespace Stoker.TestKit.Programs;

/// <summary>A program from outside that a test needs.</summary>
public static class RequiredProgram
{
    /// <summary>Folders that a user's PATH may leave out.</summary>
    private static readonly string[] SystemFolders = ["/usr/local/bin", "/usr/bin", "/usr/sbin", "/usr/lib/go-1.19/bin"];

    /// <summary>
    /// The full path of the program. Where it is missing the test is skipped with the name of the Debian package that brings it; with the
    /// environment variable <c>CI</c> set to <c>true</c> the test fails instead, so that a build server cannot lose tests unnoticed.
    /// </summary>
    public static string FindOrSkip(string fileName, string debianPackage)
    {
        IEnumerable<string> folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator).Concat(SystemFolders);
        if (folders.Select(folder => Path.Combine(folder, fileName)).FirstOrDefault(File.Exists) is { } path)
        {
            return path;
        }

        string reason = $"This test needs the program {fileName}, which the Debian package {debianPackage} brings.";
        if (string.Equals(Environment.GetEnvironmentVariable("CI"), "true", StringComparison.OrdinalIgnoreCase))
        {
            Assert.Fail(reason);
        }

        Assert.Skip(reason);
        return "";
    }
}
