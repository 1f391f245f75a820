using Stoker.Discovery.Consul;
using Stoker.Http;

namespace Stoker.Discovery.Tests.Consul;

public sealed class ConsulArgumentsTests
{
    [Fact]
    public void Read_Nothing_TakesTheDefaults()
    {
        (ConsulArguments? arguments, IReadOnlyList<string> diagnostics) = Read("");
        Assert.Empty(diagnostics);
        Assert.Equal(("localhost:8500", ",", "http", true, TimeSpan.FromSeconds(30)),
            (arguments!.Server, arguments.TagSeparator, arguments.Scheme, arguments.AllowStale, arguments.RefreshInterval));
        Assert.Equal(new HttpClientArguments(), arguments.ToHttp());
    }

    [Theory]
    [InlineData("server = \" \"", "server is empty")]
    [InlineData("server = \"ftp://a\"", "server has the scheme \"ftp\"")]
    [InlineData("server = \"a b:8500\"", "server is not a host with a port")]
    [InlineData("server = \"me:pa55@a:8500\"", "server should not hold a user or a password")]
    [InlineData("server = \"unix://a\"", "server needs the absolute path")]
    [InlineData("scheme = \"htp\"", "should be one of \"http\", \"https\"")]
    [InlineData("scheme = \"\"", "scheme is empty")]
    [InlineData("services = [\"a\", \"\"]", "services holds an empty name")]
    [InlineData("services = [\"..\"]", "\"..\" in services cannot be the name of a service")]
    [InlineData("token = \"pa55\\n\"", "token holds a line break")]
    [InlineData("token = \"pa55\"\nhttp_headers = {\"x-consul-token\" = [\"b\"]}", "only one of them can be provided")]
    [InlineData("node_meta = [\"a\"]", "should be map(string)")]
    public void Read_Mistake_IsADiagnosticWithoutSecrets(string text, string expected)
    {
        (ConsulArguments? arguments, IReadOnlyList<string> diagnostics) = Read(text);
        Assert.Null(arguments);
        Assert.Contains(diagnostics, diagnostic => diagnostic.Contains(expected, StringComparison.Ordinal));
        Assert.DoesNotContain("pa55", string.Join('\n', diagnostics), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bearer_token = \"b\"", "username cannot be used together with bearer_token")]
    [InlineData("basic_auth {\n username = \"b\"\n}", "username cannot be used together with basic_auth")]
    [InlineData("authorization {\n credentials = \"b\"\n}", "username cannot be used together with authorization")]
    public void Read_DeprecatedUserBesideOtherCredentials_IsAnError(string text, string expected) =>
        Assert.Contains(Read("username = \"a\"\n" + text).Diagnostics, diagnostic => diagnostic.Contains(expected, StringComparison.Ordinal));

    [Fact]
    public void Read_DeprecatedUser_LoadsWithAWarningAndBecomesBasicAuth()
    {
        (ConsulArguments? arguments, IReadOnlyList<string> diagnostics) = Read("username = \"a\"\npassword = \"pa55\"");
        Assert.Contains("deprecated", Assert.Single(diagnostics), StringComparison.Ordinal);
        BasicAuthArguments basic = arguments!.ToHttp().BasicAuth!;
        Assert.Equal(("a", "pa55"), (basic.Username, basic.Password.Content));
    }

    [Theory]
    [InlineData("localhost:8500", "http", "http://localhost:8500/", null)]
    [InlineData("consul.example", "https", "https://consul.example/", null)]
    [InlineData("https://a:1", "http", "https://a:1/", null)]
    [InlineData("[::1]:8500", "http", "http://[::1]:8500/", null)]
    [InlineData("a:8500/consul", "http", "http://a:8500/consul/", null)]
    [InlineData("unix:///run/consul.sock", "https", "http://localhost/", "/run/consul.sock")]
    public void TryParse_Server_GivesThePlace(string server, string scheme, string url, string? socket)
    {
        Assert.True(ConsulServer.TryParse(server, scheme, out Discovery.Api.ApiEndpoint? endpoint, out _));
        Assert.Equal((url, socket), (endpoint.BaseUrl.AbsoluteUri, endpoint.SocketPath));
    }

    private static (ConsulArguments? Arguments, IReadOnlyList<string> Diagnostics) Read(string text) => Written.Read(ConsulArguments.Schema, text);
}
