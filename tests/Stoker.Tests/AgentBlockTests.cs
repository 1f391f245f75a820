using Microsoft.Extensions.Logging;
using Stoker.Components.Arguments;
using Stoker.Graph;
using Stoker.Logging;
using Stoker.Services;
using Stoker.Syntax;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.Tests;

/// <summary>What the blocks of the agent itself accept, refuse and warn of.</summary>
public sealed class AgentBlockTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string, string[]> Blocks => new()
    {
        { "http {}", [] },
        { "http { auth { basic { username = \"u\" password = \"p\" } } }".Replace(" password", "\npassword"), [] },
        { "http {\n auth {\n basic {\n username = \"u\"\n password = \"p\"\n }\n filter { }\n }\n}", ["warning: this filter names no paths"] },
        { "http {\n auth {\n basic {\n username = \"u\"\n password = \"p\"\n }\n filter {\n paths = [\"/a\", \"/\"]\n authenticate_matching_paths = false\n }\n }\n}", ["warning: every path begins with one of these"] },
        { "http {\n auth {\n basic { }\n }\n}", ["missing required attribute \"username\"", "missing required attribute \"password\""] },
        { "http {\n auth {\n filter { }\n }\n}", ["warning: auth without a basic block"] },
        { "http {\n tls { }\n}", ["tls needs the server's certificate", "tls needs the server's private key"] },
        {
            "http {\n tls {\n cert_file = \"/c\"\n cert_pem = \"x\"\n key_file = \"/k\"\n client_ca_file = \"/a\"\n curve_preferences = [\"X25519\"]\n min_version = \"TLS13\"\n max_version = \"TLS12\"\n }\n}",
            ["cert_pem and cert_file are mutually exclusive", "cert_pem holds no certificate", "client_ca_file needs a client_auth_type", "cannot choose the curves", "max_version TLS12 is below min_version TLS13"]
        },
        { "http {\n tls {\n cert_file = \"/c\"\n key_file = \"/k\"\n max_version = \"TLS11\"\n }\n}", ["max_version TLS11 is below TLS12"] },
        { "http {\n tls {\n cert_file = \"/c\"\n key_file = \"/k\"\n cipher_suites = [\"TLS_NULL\"]\n }\n}", ["should be one of \"TLS_AES_128_GCM_SHA256\""] },
        { "http {\n tls {\n windows_certificate_filter {\n server { store = \"My\" }\n }\n }\n}", ["does not read the Windows certificate store"] },
        { "http {\n tls {\n cert_file = \"/nowhere\"\n key_file = \"/nowhere\"\n }\n}", [] },
        { "http \"x\" {}", ["takes no label"] },
        { "livedebugging {}", [] },
        { "livedebugging { enabled = true }", ["warning: Stoker has no live debugging yet"] },
        { "tracing {}", ["warning: the tracing block has no effect"] },
        { "tracing {\n write_to = [otelcol.exporter.otlp.x.input]\n sampler { }\n}", ["does not exist", "remove write_to", "remove the sampler block"] },
        { "remotecfg {}", [] },
        {
            "remotecfg {\n url = \"http://a\"\n attributes = {\"collector.os\" = \"x\"}\n poll_frequency = \"1s\"\n bearer_token = \"a\"\n bearer_token_file = \"/b\"\n}",
            ["use import.http or import.git", "\"collector.os\" cannot be set", "at least 10s", "cannot be used together"]
        },
        { "labelstore {}", [] },
        { "labelstore { x = 1 }", ["unrecognized attribute \"x\""] },
        { "cluster { x = 1 }", ["the service \"cluster\" takes no configuration"] },
        { "otel {}", ["the service \"otel\" takes no configuration"] },
        { "ui {}", ["the service \"ui\" takes no configuration"] },
        { "logging {\n level = \"\"\n format = \"\"\n write_to = []\n}", [] },
        { "logging {\n write_to = [1]\n destination = \"windows_event_log\"\n}", ["no components that take log lines", "Windows event log"] },
    };

    [Theory]
    [MemberData(nameof(Blocks))]
    public async Task Load_OfABlock_SaysExactly(string text, string[] expected)
    {
        ReloadResult result = await StokerHost.CreateForInspection(_folder.Write("a.alloy", text + "\n"), StabilityLevel.GenerallyAvailable)
            .Graph.ReloadAsync(TestContext.Current.CancellationToken);
        string[] said = [.. result.Diagnostics.Select(d => (d.Severity == DiagnosticSeverity.Warning ? "warning: " : "") + d)];
        Assert.True(said.Length == expected.Length, string.Join('\n', said));
        Assert.All(expected, part => Assert.Contains(said, line => line.Contains(part.Replace("warning: ", ""), StringComparison.Ordinal)
            && line.StartsWith("warning: ", StringComparison.Ordinal) == part.StartsWith("warning: ", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Load_OfAnUnknownBlock_DoesNotOfferReservedNames()
    {
        ReloadResult result = await StokerHost.CreateForInspection(_folder.Write("a.alloy", "nothing.x \"y\" {}\n"), StabilityLevel.GenerallyAvailable)
            .Graph.ReloadAsync(TestContext.Current.CancellationToken);
        string message = Assert.Single(result.Diagnostics).ToString();
        Assert.Contains("livedebugging", message, StringComparison.Ordinal);
        Assert.DoesNotContain("cluster", message, StringComparison.Ordinal);
    }

    [Fact]
    public void Hold_LinesBeforeTheBlock_AreWrittenInItsFormatAndFromItsLevel()
    {
        var output = new StringWriter { NewLine = "\n" };
        var log = new AgentLog(output, new ManualTimeProvider(new DateTimeOffset(2026, 7, 20, 8, 0, 0, TimeSpan.Zero)));
        ILogger logger = log.CreateLogger();
        using (log.Hold())
        {
            logger.Log(LogLevel.Debug, default, "one", null, (state, _) => state);
            logger.Log(LogLevel.Information, default, "two", null, (state, _) => state);
            log.Settings = new LoggingArguments { Format = LoggingArguments.Json };
            Assert.Empty(output.ToString());
        }

        Assert.Equal("{\"ts\":\"2026-07-20T08:00:00Z\",\"level\":\"info\",\"msg\":\"two\"}\n", output.ToString());
    }

    [Theory]
    [InlineData("logging")]
    [InlineData("http")]
    [InlineData("livedebugging")]
    [InlineData("tracing")]
    [InlineData("remotecfg")]
    public void ReferencePage_HasTheTableOfTheSchema(string block)
    {
        BlockSchema schema = block switch
        {
            "logging" => LoggingArguments.Schema,
            "http" => HttpBlockArguments.Schema,
            "livedebugging" => LiveDebuggingArguments.Schema,
            "tracing" => TracingArguments.Schema,
            _ => RemoteConfigurationArguments.Schema,
        };
        string folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Stoker.slnx")))
        {
            folder = Path.GetDirectoryName(folder)!;
        }

        string path = Path.Combine(folder, "docs/reference/blocks", block + ".md");
        string table = ReferenceTable.Of(schema);
        Assert.True(File.Exists(path) && File.ReadAllText(path).Contains(table, StringComparison.Ordinal), $"{path} should hold:\n{table}");
    }

    public void Dispose() => _folder.Dispose();
}
