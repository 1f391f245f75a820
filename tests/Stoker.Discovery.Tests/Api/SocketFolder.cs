namespace Stoker.Discovery.Tests.Api;

/// <summary>A folder for a socket, with a path that is short enough for one.</summary>
internal sealed class SocketFolder : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("stk");

    public string Socket => Path.Combine(_folder.FullName, "s");

    public void Dispose() => _folder.Delete(recursive: true);
}
