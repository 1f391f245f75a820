using System.Net;
using System.Text;
using Stoker.Components;
using Stoker.TestKit;

namespace Stoker.Discovery.Tests;

/// <summary>Debug pages and proxies repeat the headers that they were sent, tokens among them. Nothing of that is shown or logged.</summary>
public sealed class SecretEchoTests
{
    // Longer than whatever is shown of an answer, as the tokens of service accounts are.
    private static readonly string Token = string.Concat(Enumerable.Range(0, 100).Select(i => $"secret{i:0000}"));

    [Theory]
    [InlineData("discovery.http", "url = \"http://source/\"", 502)]
    [InlineData("discovery.http", "url = \"http://source/\"", 200)]
    [InlineData("discovery.docker", "host = \"tcp://source:2375\"", 502)]
    [InlineData("discovery.consul", "server = \"source:8500\"", 502)]
    [InlineData("discovery.kubernetes", "api_server = \"http://source/\"\nrole = \"pod\"", 502)]
    public async Task Answer_ThatRepeatsTheToken_IsShownWithoutIt(string name, string body, int status)
    {
        var source = new ScriptedHttpHandler(request => new HttpResponseMessage((HttpStatusCode)status)
        {
            ReasonPhrase = $"for {request.Headers["Authorization"]}",
            Content = new StringContent($"you sent Authorization: {request.Headers["Authorization"]}, which is wrong", Encoding.UTF8, "text/plain"),
        });
        ComponentDefinition definition = DiscoveryComponents.Definitions.Single(known => known.Name == name);
        await using RunningDiscovery discovery = RunningDiscovery.Start(definition, $"{body}\nbearer_token = \"{Token}\"", source);
        await discovery.UntilAsync(() => discovery.Failures.Count > 0);
        await discovery.LoggedAsync(8000);

        string[] shown =
        [
            .. discovery.Failures,
            discovery.Health,
            .. discovery.Sources().SelectMany(found => found.Values),
            .. discovery.Log.Take().Select(line => line.ToString()),
        ];
        Assert.Contains(shown, text => text.Contains("you sent", StringComparison.Ordinal));
        Assert.DoesNotContain(shown, text => text.Contains("secret00", StringComparison.Ordinal));
    }
}
