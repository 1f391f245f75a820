using System.Xml.Linq;

namespace Stoker.ArchitectureTests;

/// <summary>
/// Who may see whom. The table is the rule and the csproj files are checked against it, so that a new dependency is a decision and not an
/// accident. A project that the table does not list fails.
/// </summary>
public sealed class ProjectReferenceTests
{
    /// <summary>The shipped projects and what each may refer to.</summary>
    private static readonly Dictionary<string, string[]> Shipped = new()
    {
        ["Stoker.Pprof"] = [],
        ["Stoker.Labels"] = [],
        ["Stoker.Syntax"] = [],
        ["Stoker.Components"] = ["Stoker.Labels", "Stoker.Syntax"],
        ["Stoker.Graph"] = ["Stoker.Components", "Stoker.Syntax"],
        ["Stoker.Http"] = ["Stoker.Components", "Stoker.Syntax"],
        ["Stoker.Content"] = ["Stoker.Components", "Stoker.Http", "Stoker.Syntax"],
        ["Stoker.Scrape"] = ["Stoker.Components", "Stoker.Http", "Stoker.Labels", "Stoker.Pprof", "Stoker.Syntax"],
        ["Stoker.Delivery"] = ["Stoker.Components", "Stoker.Http", "Stoker.Labels", "Stoker.Syntax"],
        ["Stoker.Discovery"] = ["Stoker.Components", "Stoker.Http", "Stoker.Labels", "Stoker.Syntax"],
        ["Stoker.Web"] = ["Stoker.Components", "Stoker.Graph", "Stoker.Syntax"],
        ["Stoker.Profiling"] = ["Stoker.Pprof"],
        ["Stoker"] =
        [
            "Stoker.Components", "Stoker.Content", "Stoker.Delivery", "Stoker.Discovery", "Stoker.Graph", "Stoker.Http", "Stoker.Labels", "Stoker.Pprof",
            "Stoker.Profiling", "Stoker.Scrape", "Stoker.Syntax", "Stoker.Web",
        ],
    };

    /// <summary>
    /// The projects that are not shipped and what each may refer to; "src" stands for every shipped project. The end-to-end tests see the
    /// executable from outside only (they name it so that it is built), which keeps what they read independent of the code under test.
    /// </summary>
    private static readonly Dictionary<string, string[]> NotShipped = new()
    {
        ["Stoker.TestKit"] = ["Stoker.Components", "Stoker.Labels", "Stoker.Pprof", "Stoker.Syntax"],
        ["Stoker.ArchitectureTests"] = [],
        ["Stoker.EndToEndTests"] = ["Stoker", "Stoker.Labels", "Stoker.TestKit"],
        ["Stoker.PipelineTests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Components.Tests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Content.Tests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Delivery.Tests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Discovery.Tests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Graph.Tests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Http.Tests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Labels.Tests"] = ["Stoker.Labels", "Stoker.TestKit"],
        ["Stoker.Pprof.Tests"] = ["Stoker.Pprof", "Stoker.TestKit"],
        ["Stoker.Profiling.Tests"] = ["Stoker.Pprof", "Stoker.Profiling", "Stoker.TestKit"],
        ["Stoker.Scrape.Tests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Syntax.Tests"] = ["Stoker.Syntax", "Stoker.TestKit"],
        ["Stoker.Tests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Web.Tests"] = ["src", "Stoker.TestKit"],
        ["Stoker.Benchmarks"] = ["src", "Stoker.TestKit"],
        ["Stoker.LoadTest"] = ["Stoker", "Stoker.TestKit"],
    };

    /// <summary>Projects that are tested under another name than their own with ".Tests".</summary>
    private static readonly Dictionary<string, string> TestedBy = new() { ["Stoker"] = "Stoker.EndToEndTests" };

    public static TheoryData<string> EveryProject => [.. Repository.ProjectFiles];

    public static TheoryData<string> ShippedProjects => [.. ProjectFile.All.Where(project => project.IsShipped).Select(project => project.Name)];

    [Fact]
    public void ProjectFiles_OfTheRepository_AreFound() =>
        Assert.Contains("src/Stoker/Stoker.csproj", Repository.ProjectFiles);

    [Theory]
    [MemberData(nameof(EveryProject))]
    public void References_OfEveryProject_AreInTheTable(string path)
    {
        ProjectFile project = ProjectFile.All.Single(candidate => candidate.Path == path);
        Dictionary<string, string[]> table = project.IsShipped ? Shipped : NotShipped;
        Assert.True(
            table.TryGetValue(project.Name, out string[]? allowed),
            $"{path} is not in the table of allowed references. Add it there, and say in docs/architecture.md what it is for.");

        IEnumerable<string> permitted = allowed.SelectMany(name => name == "src" ? Shipped.Keys : (IEnumerable<string>)[name]);
        string[] forbidden = [.. project.Projects.Except(permitted)];
        Assert.True(forbidden.Length == 0, $"{path} refers to {string.Join(", ", forbidden)}, which the table does not allow.");
    }

    [Theory]
    [MemberData(nameof(ShippedProjects))]
    public void Table_ForShippedProject_AllowsNothingThatIsNotUsed(string name)
    {
        string[] unused = [.. Shipped[name].Except(ProjectFile.Named(name).Projects)];
        Assert.True(unused.Length == 0, $"The table lets {name} see {string.Join(", ", unused)}, but its csproj does not refer to it.");
    }

    [Theory]
    [InlineData("Stoker.Pprof")]
    [InlineData("Stoker.Labels")]
    [InlineData("Stoker.Syntax")]
    public void Leaf_OfTheReferenceGraph_SeesNoProjectAndNoWebFramework(string name)
    {
        ProjectFile leaf = ProjectFile.Named(name);
        Assert.Empty(leaf.Projects);
        Assert.Empty(leaf.Frameworks);
    }

    [Fact]
    public void Peers_ThatMeetInComponents_DoNotSeeEachOther()
    {
        string[] peers = ["Stoker.Scrape", "Stoker.Delivery", "Stoker.Discovery", "Stoker.Content", "Stoker.Graph"];
        Assert.All(
            ProjectFile.All.Where(project => peers.Contains(project.Name)),
            project => Assert.DoesNotContain(project.Projects, peers.Contains));
    }

    [Theory]
    [MemberData(nameof(ShippedProjects))]
    public void ShippedProject_HasATestsProject(string name)
    {
        string expected = TestedBy.GetValueOrDefault(name, name + ".Tests");
        Assert.Contains($"tests/{expected}/{expected}.csproj", Repository.ProjectFiles);
    }

    [Fact]
    public void Solution_ListsEveryProject()
    {
        XDocument solution = XDocument.Load(Repository.PathOf("Stoker.slnx"));
        IEnumerable<string> listed = solution.Descendants("Project").Select(item => item.Attribute("Path")!.Value);
        Assert.Equal(Repository.ProjectFiles.Order(StringComparer.Ordinal), listed.Order(StringComparer.Ordinal));
    }
}
