using System.Text.Json;
using Microsoft.Extensions.Logging;
using Stoker.Logging;
using Stoker.TestKit;

namespace Stoker.Tests;

public sealed partial class LogTests
{
    private readonly StringWriter _output = new() { NewLine = "\n" };
    private readonly AgentLog _log;

    public LogTests() => _log = new AgentLog(_output, new ManualTimeProvider(new DateTimeOffset(2026, 7, 20, 8, 0, 0, 125, TimeSpan.Zero)));

    [Fact]
    public void Logfmt_KeysStandInOrderAndAttributesFollow()
    {
        ILogger logger = _log.CreateLogger(("component_path", "/"), ("component_id", "pyroscope.scrape.web"));

        LogTargetDown(logger, "http://a/b?c=1", TimeSpan.FromMilliseconds(1500), 3);

        Assert.Equal(
            "ts=2026-07-20T08:00:00.125Z level=warn msg=\"target is down\" component_path=/ component_id=pyroscope.scrape.web target_url=\"http://a/b?c=1\" duration=1.5s attempt=3\n",
            _output.ToString());
    }

    [Fact]
    public void Logfmt_HostileText_StaysOnOneLine()
    {
        LogTargetDown(_log.CreateLogger(), "a\nb \"c\"\u0007\u001b[31m", TimeSpan.Zero, 0);

        string line = Assert.Single(_output.ToString().TrimEnd('\n').Split('\n'));
        Assert.Contains("target_url=\"a\\nb \\\"c\\\"\\u0007\\u001B[31m\"", line, StringComparison.Ordinal);
    }

    [Fact]
    public void Logfmt_EndlessText_IsCut()
    {
        LogTargetDown(_log.CreateLogger(), new string('x', 1_000_000), TimeSpan.Zero, 0);

        Assert.True(_output.ToString().Length < 10_000);
    }

    [Fact]
    public void Json_DurationsAreNanoseconds()
    {
        _log.Settings = new LoggingArguments { Format = LoggingArguments.Json };

        LogTargetDown(_log.CreateLogger(), "x", TimeSpan.FromMilliseconds(1500), 3);

        using JsonDocument line = JsonDocument.Parse(_output.ToString());
        Assert.Equal("warn", line.RootElement.GetProperty("level").GetString());
        Assert.Equal("target is down", line.RootElement.GetProperty("msg").GetString());
        Assert.Equal(1_500_000_000, line.RootElement.GetProperty("duration").GetInt64());
        Assert.Equal(3, line.RootElement.GetProperty("attempt").GetInt32());
    }

    [Fact]
    public void Level_BelowTheBlocksLevel_IsNotWritten()
    {
        _log.Settings = new LoggingArguments { Level = "error" };

        LogTargetDown(_log.CreateLogger(), "x", TimeSpan.Zero, 0);

        Assert.Empty(_output.ToString());
    }

    [LoggerMessage(5900, LogLevel.Warning, "target is down")]
    private static partial void LogTargetDown(ILogger logger, string targetUrl, TimeSpan duration, int attempt);
}
