using Stoker.TestKit;

namespace Stoker.Tests;

public sealed class AgentIdentityFileTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stoker-identity-");

    private string SeedFile => Path.Combine(_directory.FullName, "stoker_seed.json");

    public void Dispose() => _directory.Delete(recursive: true);

    [Fact]
    public void LoadOrCreate_SecondStart_HasTheSameIdentity()
    {
        string first = AgentIdentityFile.LoadOrCreate(_directory.FullName, new ManualTimeProvider()).InstanceId;

        Assert.True(Guid.TryParse(first, out _));
        Assert.Equal(first, AgentIdentityFile.LoadOrCreate(_directory.FullName, new ManualTimeProvider()).InstanceId);
    }

    [Theory]
    [InlineData("")]
    [InlineData("[]")]
    [InlineData("{\"UID\": 7}")]
    [InlineData("{\"UID\": \"not a uuid\"}")]
    [InlineData("\0\0\0\0")]
    public void LoadOrCreate_DamagedFile_IsReplaced(string content)
    {
        File.WriteAllText(SeedFile, content);

        string id = AgentIdentityFile.LoadOrCreate(_directory.FullName, new ManualTimeProvider()).InstanceId;

        Assert.Contains(id, File.ReadAllText(SeedFile), StringComparison.Ordinal);
    }
}
