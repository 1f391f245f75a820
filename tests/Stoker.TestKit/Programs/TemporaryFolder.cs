namespace Stoker.TestKit.Programs;

/// <summary>An empty folder of its own, deleted with all that is in it at disposal.</summary>
public sealed class TemporaryFolder : IDisposable
{
    public string FullPath { get; } = Directory.CreateTempSubdirectory("stoker-test-").FullName;

    public string PathOf(string relative) => Path.Combine(FullPath, relative);

    /// <summary>Writes a text file and gives its full path.</summary>
    public string Write(string relative, string text)
    {
        string path = PathOf(relative);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
        return path;
    }

    public void Dispose()
    {
        try
        {
            Directory.Delete(FullPath, recursive: true);
        }
        catch (IOException)
        {
            // A program that was just killed may still have had a file to create; what is left lies in the system's temporary folder.
        }
    }
}
