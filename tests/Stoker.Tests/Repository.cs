namespace Stoker.Tests;

internal static class Repository
{
    public static string Read(params ReadOnlySpan<string> path)
    {
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("The repository's root is not above the tests.");
        }

        return File.ReadAllText(Path.Combine([folder, .. path]));
    }
}
