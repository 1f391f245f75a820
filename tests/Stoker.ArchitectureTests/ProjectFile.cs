using System.Xml.Linq;

namespace Stoker.ArchitectureTests;

/// <summary>What one csproj says about its references. Names are those of the project files, without folder and extension.</summary>
internal sealed record ProjectFile(string Path, string Name, IReadOnlyList<string> Projects, IReadOnlyList<string> Frameworks)
{
    public bool IsShipped => Path.StartsWith("src/", StringComparison.Ordinal);

    public static IReadOnlyList<ProjectFile> All { get; } = [.. Repository.ProjectFiles.Select(Read)];

    public static ProjectFile Named(string name) => All.Single(project => project.Name == name);

    private static ProjectFile Read(string path)
    {
        XDocument document = XDocument.Load(Repository.PathOf(path));
        return new ProjectFile(
            path,
            NameOf(path),
            [.. Includes(document, "ProjectReference").Select(NameOf)],
            [.. Includes(document, "FrameworkReference")]);
    }

    private static string NameOf(string path) => System.IO.Path.GetFileNameWithoutExtension(path.Replace('\\', '/'));

    private static IEnumerable<string> Includes(XDocument document, string element) =>
        document.Descendants(element).Select(item => item.Attribute("Include")?.Value).OfType<string>();
}
