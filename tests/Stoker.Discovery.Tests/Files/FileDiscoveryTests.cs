using Stoker.Components;
using Stoker.Discovery.Files;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Files;

public sealed class FileDiscoveryTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Files_InJsonAndYaml_BecomeTargetsWithTheirLabelsAndThePath()
    {
        string json = _folder.Write("a.json", """[{"targets": ["one:6060"], "labels": {"service_name": "cart"}}]""");
        string yaml = _folder.Write("b.YAML", "- targets: [two:6060]\n  labels:\n    port: 6060\n    on: yes\n    none: null\n");
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{_folder.FullPath}/*\"]");

        IReadOnlyList<Target> targets = await discovery.NextAsync();

        Assert.Equal(
            [
                $$"""{__address__="one:6060", __meta_filepath="{{json}}", service_name="cart"}""",
                $$"""{__address__="two:6060", __meta_filepath="{{yaml}}", on="yes", port="6060"}""",
            ],
            targets.Select(target => target.Labels.ToString()));
    }

    [Fact]
    public async Task File_ReplacedByRename_IsReadAgain()
    {
        string file = _folder.Write("a.json", """[{"targets": ["one:6060"]}]""");
        await using RunningDiscovery discovery = RunningDiscovery.Start(FileSource.Definition, $"files = [\"{_folder.FullPath}/*.json\"]");
        Assert.Equal("one:6060", Assert.Single(await discovery.NextAsync()).Labels["__address__"]);

        File.Move(_folder.Write("a.json.tmp", """[{"targets": ["two:6060"]}]"""), file, overwrite: true);

        Assert.Equal("two:6060", Assert.Single(await discovery.NextWithTimeAsync()).Labels["__address__"]);
        Assert.Equal(2, discovery.Published.Count);
    }
}
