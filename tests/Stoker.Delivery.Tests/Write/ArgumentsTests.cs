using Stoker.Components;
using Stoker.Delivery.Write;
using Stoker.Syntax.Values;

namespace Stoker.Delivery.Tests.Write;

/// <summary>What pyroscope.write takes and refuses.</summary>
public sealed class ArgumentsTests
{
    [Fact]
    public void Read_TheUsualFile_Loads()
    {
        (object? read, IReadOnlyList<string> diagnostics) = Configuration.Read(WriteArguments.Schema, """
            external_labels = { "cluster" = "eu" }
            endpoint {
              url                 = "https://profiles.example.com/"
              name                = "cloud"
              remote_timeout      = "30s"
              headers             = { "X-Scope-OrgID" = "team-a", "Authorization" = "Bearer x" }
              min_backoff_period  = "1s"
              max_backoff_period  = "1m"
              max_backoff_retries = 0
              retry_on_http_429   = false
              debug_info_upload_timeout = "1m"
              basic_auth {
                username = "u"
                password = "p"
              }
              queue {
                max_bytes = "128MiB"
                max_age   = "30m"
              }
              max_pushes_in_flight = 16
            }
            endpoint { url = "http://pyroscope:4040" }
            tracing { jaeger_propagator = false }
            """);

        Assert.Empty(diagnostics);
        var arguments = (WriteArguments)read!;
        Assert.Equal("eu", arguments.ExternalLabels["cluster"]);
        Assert.Equal(["https://profiles.example.com/", "http://pyroscope:4040"], arguments.Endpoints.Select(endpoint => endpoint.Url));
        EndpointArguments first = arguments.Endpoints[0];
        Assert.Equal(TimeSpan.FromSeconds(30), first.RemoteTimeout);
        Assert.Equal(128L * 1024 * 1024, first.Queue.MaxBytes);
        Assert.Equal(0, first.MaxBackoffRetries);
        Assert.False(first.RetryOnHttp429);
        Assert.Equal("u", first.HttpClient.BasicAuth!.Username);
        Assert.Equal(new EndpointArguments { Url = "http://pyroscope:4040" }.Queue, arguments.Endpoints[1].Queue);
    }

    [Theory]
    [InlineData("endpoint { }", "missing required attribute \"url\"")]
    [InlineData("endpoint { url = \"\" }", "1:18: \"\" is empty; the endpoint needs the URL of a Pyroscope, such as \"http://pyroscope:4040\"")]
    [InlineData("endpoint { url = \"pyroscope:4040\" }", "1:18: \"pyroscope:4040\" has no scheme; write an absolute URL such as \"http://pyroscope:4040\"")]
    [InlineData("endpoint { url = \"ftp://a\" }", "has the scheme ftp; only http and https can be pushed to")]
    [InlineData("endpoint { url = \"http://\" }", "is not a valid URL")]
    [InlineData("endpoint { url = \"http://a:99999\" }", "is not a valid URL")]
    [InlineData("endpoint { url = \"http://a/#x\" }", "has a fragment")]
    [InlineData("endpoint { url = null }", "1:18: null is empty; the endpoint needs the URL of a Pyroscope")]
    [InlineData("endpoint {\n url = \"http://a\"\n remote_timeout = \"0s\"\n}", "3:2: remote_timeout must be longer than zero and at most 24 days")]
    [InlineData("endpoint {\n url = \"http://a\"\n min_backoff_period = \"10m\"\n}", "3:2: min_backoff_period must not be longer than max_backoff_period")]
    [InlineData("endpoint {\n url = \"http://a\"\n max_backoff_period = \"1ms\"\n}", "3:2: min_backoff_period must not be longer than max_backoff_period")]
    [InlineData("endpoint {\n url = \"http://a\"\n max_backoff_retries = -1\n}", "3:2: max_backoff_retries must be 0 (for any number) or a positive number")]
    [InlineData("endpoint {\n url = \"http://a\"\n max_pushes_in_flight = 0\n}", "3:2: max_pushes_in_flight must be between 1 and 1000")]
    [InlineData("endpoint {\n url = \"http://a\"\n headers = { \"content-type\" = \"x\" }\n}", "3:2: the header content-type is set by the push itself; remove it from headers")]
    [InlineData("endpoint {\n url = \"http://a\"\n headers = { \"a b\" = \"x\" }\n}", "3:2: \"a b\" is not the name of an HTTP header")]
    [InlineData("endpoint {\n url = \"http://a\"\n headers = { \"a\" = \"x\\r\\nb: c\" }\n}", "3:2: the value of the header a has a line break or a NUL in it")]
    [InlineData("endpoint {\n url = \"http://a\"\n queue { max_bytes = \"1KiB\" }\n}", "max_bytes must be at least 1MiB")]
    [InlineData("endpoint {\n url = \"http://a\"\n queue { max_age = \"-1h\" }\n}", "max_age must not be negative")]
    [InlineData("external_labels = { \"a b\" = \"x\" }", "1:1: \"a b\" is not the name of a label; use letters, digits, \"_\" and \".\"")]
    [InlineData("external_labels = { \"__name__\" = \"\" }", "the label \"__name__\" is the profile type and must not be removed")]
    [InlineData("external_labels = { \"__meta_x\" = \"y\" }", "has no effect: names that start with \"__\" are not delivered")]
    [InlineData("tracing { jaeger = true }", "unrecognized attribute \"jaeger\"")]
    public void Read_AMistake_IsNamedWithItsPlace(string text, string expected)
    {
        (_, IReadOnlyList<string> diagnostics) = Configuration.Read(WriteArguments.Schema, text);

        Assert.Contains(expected, Assert.Single(diagnostics), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeveralMistakes_AreAllReported()
    {
        (object? read, IReadOnlyList<string> diagnostics) = Configuration.Read(WriteArguments.Schema, """
            external_labels = { "a b" = "x" }
            endpoint { url = "nowhere" }
            endpoint {
              url = "http://a"
              remote_timeout = "-1s"
              headers = { "Content-Length" = "1" }
            }
            """);

        Assert.Null(read);
        Assert.Collection(
            diagnostics,
            text => Assert.StartsWith("1:1: \"a b\" is not the name of a label", text, StringComparison.Ordinal),
            text => Assert.StartsWith("2:18: \"nowhere\" has no scheme", text, StringComparison.Ordinal),
            text => Assert.StartsWith("5:3: remote_timeout must be longer than zero", text, StringComparison.Ordinal),
            text => Assert.StartsWith("6:3: the header Content-Length is set by the push itself", text, StringComparison.Ordinal));
    }

    [Fact]
    public void Render_UrlWithAPassword_HidesIt()
    {
        var arguments = new WriteArguments { Endpoints = [new EndpointArguments { Url = "https://ann:hunter2@a.example/x" }] };

        var endpoint = (BodyBlock)Assert.Single(WriteArguments.Schema.Render(arguments));
        Assert.Equal("https://ann:(secret)@a.example/x", ((StringValue)((BodyAttribute)endpoint.Body[0]).Value).Content);
    }
}
