using Stoker.Components;
using Stoker.Syntax;

namespace Stoker.Discovery.Tests;

/// <summary>The interval of every component that asks again and again is one that a timer takes.</summary>
public sealed class RefreshIntervalTests
{
    private const string Name = "refresh_interval";

    public static TheoryData<string> Components =>
        [.. DiscoveryComponents.Definitions.Where(definition => definition.Arguments.Fields.Any(argument => argument.Name == Name)).Select(definition => definition.Name)];

    [Fact]
    public void Components_AreAllThatPoll() => Assert.Equal(
        ["discovery.consul", "discovery.dns", "discovery.docker", "discovery.file", "discovery.http", "discovery.process"],
        Components.Select(row => row.Data).Order(StringComparer.Ordinal));

    [Theory]
    [MemberData(nameof(Components))]
    public void Read_AnIntervalThatNoTimerTakes_IsAMistakeOfTheFile(string component)
    {
        Assert.All(
            (string[])["0s", "-1s", "1us", "999us", "720h0m1s", "2000h"],
            interval => Assert.Contains($"refresh_interval must be over 0 and at most 720h, got {Shown(interval)}", Mistakes(component, interval), StringComparison.Ordinal));
        Assert.All((string[])["1ms", "30s", "720h"], interval => Assert.Empty(Mistakes(component, interval)));
    }

    private static string Shown(string interval) => GoDuration.TryParse(interval, out TimeSpan read, out _) ? GoDuration.Format(read) : "";

    private static string Mistakes(string component, string interval)
    {
        ComponentDefinition definition = DiscoveryComponents.Definitions.Single(definition => definition.Name == component);
        string required = component switch
        {
            "discovery.dns" => "names = [\"web\"]",
            "discovery.docker" => "host = \"tcp://a\"",
            "discovery.file" => "files = [\"/a.json\"]",
            "discovery.http" => "url = \"http://a/\"",
            _ => "",
        };
        return string.Join('\n', Written.Read(definition.Arguments, $"{required}\n{Name} = \"{interval}\"").Diagnostics);
    }
}
