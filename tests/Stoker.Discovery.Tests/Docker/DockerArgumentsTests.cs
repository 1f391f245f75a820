using Stoker.Discovery.Docker;

namespace Stoker.Discovery.Tests.Docker;

public sealed class DockerArgumentsTests
{
    [Fact]
    public void Read_HostAlone_TakesTheDefaults()
    {
        (DockerArguments? arguments, IReadOnlyList<string> diagnostics) = Read("""host = "unix:///var/run/docker.sock" """);
        Assert.Empty(diagnostics);
        Assert.Equal((80, "localhost", true, TimeSpan.FromMinutes(1)),
            (arguments!.Port, arguments.HostNetworkingHost, arguments.MatchFirstNetwork, arguments.RefreshInterval));
        Assert.Empty(arguments.Filters);
    }

    [Fact]
    public void Read_Filters_KeepsEachBlock()
    {
        (DockerArguments? arguments, IReadOnlyList<string> diagnostics) = Read("""
            host = "tcp://localhost:2375"
            filter {
              name   = "label"
              values = ["a=b"]
            }
            filter {
              name   = "status"
              values = ["running", "paused"]
            }
            """);
        Assert.Empty(diagnostics);
        Assert.Equal(["label: a=b", "status: running,paused"], arguments!.Filters.Select(filter => $"{filter.Name}: {string.Join(',', filter.Values)}"));
    }

    [Theory]
    [InlineData("port = 81", "missing required attribute \"host\"")]
    [InlineData("host = \"\"", "host is empty")]
    [InlineData("host = \"/var/run/docker.sock\"", "host has no scheme")]
    [InlineData("host = \"unix://docker.sock\"", "host needs the absolute path of the socket")]
    [InlineData("host = \"npipe:////./pipe/docker_engine\"", "host is a named pipe of Windows")]
    [InlineData("host = \"ssh://me@there\"", "host needs an SSH client")]
    [InlineData("host = \"ftp://there\"", "host has the scheme \"ftp\"")]
    [InlineData("host = \"tcp://\"", "host is not a host with a port")]
    [InlineData("host = \"http://user:pa55@there\"", "host should not hold a user or a password")]
    [InlineData("host = \"http://there/?a=b\"", "host should not hold a query")]
    [InlineData("host = \"tcp://a\"\nport = 0", "port should be between 1 and 65535")]
    [InlineData("host = \"tcp://a\"\nport = 65536", "port should be between 1 and 65535")]
    [InlineData("host = \"tcp://a\"\nhost_networking_host = \"\"", "host_networking_host is empty")]
    [InlineData("host = \"tcp://a\"\nfilter {\n name = \"\"\n values = [\"a\"]\n}", "the name of a filter is empty")]
    [InlineData("host = \"tcp://a\"\nfilter {\n name = \"label\"\n}", "missing required attribute \"values\"")]
    [InlineData("host = \"tcp://a\"\nbearer_token = \"a\"\nbearer_token_file = \"b\"", "cannot be used together")]
    public void Read_Mistake_IsADiagnosticWithoutSecrets(string text, string expected)
    {
        (DockerArguments? arguments, IReadOnlyList<string> diagnostics) = Read(text);
        Assert.Null(arguments);
        Assert.Contains(expected, Assert.Single(diagnostics), StringComparison.Ordinal);
        Assert.DoesNotContain("pa55", diagnostics[0], StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SocketPathThatNoAddressHolds_IsADiagnostic() =>
        Assert.Contains("more than 107 bytes", Assert.Single(Read($"host = \"unix:///{new string('a', 107)}\"").Diagnostics), StringComparison.Ordinal);

    [Theory]
    [InlineData("unix:///var/run/docker.sock", false, "http://localhost/", "/var/run/docker.sock")]
    [InlineData("tcp://10.0.0.1", false, "http://10.0.0.1:2375/", null)]
    [InlineData("tcp://10.0.0.1", true, "https://10.0.0.1:2376/", null)]
    [InlineData("tcp://[::1]", false, "http://[::1]:2375/", null)]
    [InlineData("tcp://[::1]:99", false, "http://[::1]:99/", null)]
    [InlineData("tcp://there:99/engine", true, "https://there:99/engine/", null)]
    [InlineData("HTTP://there/a/", false, "http://there/a/", null)]
    [InlineData("https://there", false, "https://there/", null)]
    public void TryParse_Host_GivesThePlace(string host, bool hasTls, string url, string? socket)
    {
        Assert.True(DockerHost.TryParse(host, hasTls, out Discovery.Api.ApiEndpoint? endpoint, out _));
        Assert.Equal((url, socket), (endpoint.BaseUrl.AbsoluteUri, endpoint.SocketPath));
    }

    private static (DockerArguments? Arguments, IReadOnlyList<string> Diagnostics) Read(string text) => Written.Read(DockerArguments.Schema, text);
}
