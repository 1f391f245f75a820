using Stoker.Discovery.Http;
using Stoker.Http;

namespace Stoker.Discovery.Tests.Http;

public sealed class HttpArgumentsTests
{
    [Theory]
    [InlineData("", "missing required attribute \"url\"")]
    [InlineData("url = \"\"", "is empty; write the URL of a list of targets")]
    [InlineData("url = \"inventory:8080/targets\"", "has no scheme")]
    [InlineData("url = \"ftp://inventory/targets\"", "has the scheme ftp; only http and https can be asked")]
    [InlineData("url = \"http://\"", "is not a valid URL")]
    [InlineData("url = \"http://a:b:c/\"", "is not a valid URL")]
    [InlineData("url = null", "null is empty")]
    [InlineData("url = \"http://a/\"\nrefresh_interval = \"0s\"", "refresh_interval must be over 0 and at most 720h, got 0s")]
    [InlineData("url = \"http://a/\"\nrefresh_interval = \"-1s\"", "refresh_interval must be over 0")]
    [InlineData("url = \"http://a/\"\nrefresh_interval = \"10ns\"", "refresh_interval must be over 0")]
    [InlineData("url = \"http://a/\"\nrefresh_interval = \"1000h\"", "refresh_interval must be over 0 and at most 720h, got 1000h0m0s")]
    [InlineData("url = \"http://a/\"\nbearer_token = \"a\"\nbearer_token_file = \"b\"", "bearer_token")]
    [InlineData("url = \"http://a/\"\nno_proxy = \"a\"", "no_proxy")]
    public void Mistake_OfTheFile_IsOneDiagnostic(string body, string message)
    {
        (object? arguments, IReadOnlyList<string> diagnostics) = Written.Read(HttpSource.Definition.Arguments, body);

        Assert.Null(arguments);
        Assert.Contains(message, Assert.Single(diagnostics), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("http://a/x?y=z", "http://a/x?y=z", "http://a/x?...")]
    [InlineData("https://user@a:8443/x", "https://user@a:8443/x", "https://a:8443/x")]
    [InlineData("https://user:p%40ss@a", "https://user@a", "https://a/")]
    [InlineData("http://u:p@a/b@c?d=e@f", "http://u@a/b@c?d=e@f", "http://a/b@c?...")]
    [InlineData("http://u:@[::1]:80/", "http://u@[::1]:80/", "http://[::1]/")]
    public void Url_InLabelsAndMessages_HasNoPassword(string url, string inLabels, string inMessages)
    {
        Assert.Equal(inLabels, UrlText.WithoutPassword(url));
        Assert.Equal(inMessages, UrlText.ForMessages(url));
    }

    [Fact]
    public void Defaults_AreThoseOfAlloy()
    {
        (object? arguments, _) = Written.Read(HttpSource.Definition.Arguments, "url = \"http://a/\"");
        Assert.Equal(TimeSpan.FromSeconds(60), ((HttpDiscoveryArguments)arguments!).RefreshInterval);
    }
}
