namespace Stoker.EndToEndTests;

/// <summary>Files of the repository that these tests read, copied beside them by the build.</summary>
internal static class Sources
{
    public static string Example(string name) => Path.Combine(AppContext.BaseDirectory, "examples", name);

    public static byte[] Profile(string name) => File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "profiles", name));
}
