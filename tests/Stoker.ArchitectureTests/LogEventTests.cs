using System.Text.RegularExpressions;

namespace Stoker.ArchitectureTests;

/// <summary>An id names one log event for ever: it is unique in the product and lies in the block of its project.</summary>
public sealed partial class LogEventTests
{
    /// <summary>The first id of each project's block of a thousand.</summary>
    private static readonly Dictionary<string, int> Blocks = new()
    {
        ["Stoker.Scrape"] = 1000,
        ["Stoker.Delivery"] = 2000,
        ["Stoker.Graph"] = 3000,
        ["Stoker.Web"] = 4000,
        ["Stoker"] = 5000,
        ["Stoker.Http"] = 6000,
        ["Stoker.Profiling"] = 7000,
        ["Stoker.Discovery"] = 8000,
        ["Stoker.Content"] = 9000,
    };

    private static readonly List<LogEvent> Events = [.. Repository.FilesBelow("src", "*.cs").SelectMany(ReadEvents)];

    [Fact]
    public void LogEvents_HaveALiteralId()
    {
        IEnumerable<string> without = Events.Where(logEvent => logEvent.Id is null).Select(logEvent => logEvent.Place);
        Assert.Empty(without);
    }

    [Fact]
    public void LogEventIds_AreUnique()
    {
        IEnumerable<string> repeated = Events
            .Where(logEvent => logEvent.Id is not null)
            .GroupBy(logEvent => logEvent.Id)
            .Where(group => group.Count() > 1)
            .Select(group => $"{group.Key} at {string.Join(" and ", group.Select(logEvent => logEvent.Place))}");
        Assert.Empty(repeated);
    }

    [Fact]
    public void LogEventIds_LieInTheBlockOfTheirProject()
    {
        IEnumerable<string> outside = Events
            .Where(logEvent => logEvent.Id is { } id
                && !(Blocks.TryGetValue(logEvent.Project, out int first) && id >= first && id < first + 1000))
            .Select(logEvent => $"{logEvent.Id} at {logEvent.Place}");
        Assert.Empty(outside);
    }

    [Theory]
    [InlineData("[LoggerMessage(1001, LogLevel.Warning, \"x\")]", 1001)]
    [InlineData("[LoggerMessage(EventId = 1002, Level = LogLevel.Warning)]", 1002)]
    [InlineData("[LoggerMessage(\n    EventId=1003,", 1003)]
    [InlineData("[LoggerMessage(Level = LogLevel.Debug, EventId = 1004)]", 1004)]
    [InlineData("LoggerMessage.Define<int>(LogLevel.Error, new EventId(1005, \"A\"), \"x\")", 1005)]
    [InlineData("[LoggerMessage(LogLevel.Warning, \"no id, 1006\")]", null)]
    public void ReadIds_OfEveryWayToDeclareAnEvent_FindsTheId(string source, int? expected) =>
        Assert.Equal([expected], ReadIds(source).Select(found => found.Id));

    private static IEnumerable<LogEvent> ReadEvents(string file)
    {
        string source = File.ReadAllText(file);
        string path = Repository.Relative(file);
        return ReadIds(source).Select(found =>
            new LogEvent(path.Split('/')[1], found.Id, $"{path}:{source.AsSpan(0, found.Index).Count('\n') + 1}"));
    }

    private static IEnumerable<(int? Id, int Index)> ReadIds(string source) =>
        Declaration().Matches(source).Select(match =>
            (match.Groups["id"].Success ? int.Parse(match.Groups["id"].Value) : (int?)null, match.Index));

    [GeneratedRegex("""\[LoggerMessage\s*\((?:\s*(?<id>\d+)|(?:[^")]|"(?:[^"\\]|\\.)*")*?\bEventId\s*=\s*(?<id>\d+))?|\bnew EventId\(\s*(?<id>\d+)?""")]
    private static partial Regex Declaration();

    private sealed record LogEvent(string Project, int? Id, string Place);
}
