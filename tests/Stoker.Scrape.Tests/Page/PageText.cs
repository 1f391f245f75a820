using Stoker.Scrape.Tests.Arguments;
using Stoker.Scrape.Tests.Running;
using Stoker.TestKit;

namespace Stoker.Scrape.Tests.Page;

/// <summary>A component from the text of its body.</summary>
internal static class PageText
{
    public const string Id = RunningScrape.Id;

    /// <summary>All standard types but one are switched off: a running component then has a single loop.</summary>
    public const string OnlyGoroutine = """
        profiling_config {
          profile.memory      { enabled = false }
          profile.block       { enabled = false }
          profile.mutex       { enabled = false }
          profile.process_cpu { enabled = false }
        }
        """;

    public const string OnlyCpu = """
        profiling_config {
          profile.memory    { enabled = false }
          profile.block     { enabled = false }
          profile.mutex     { enabled = false }
          profile.goroutine { enabled = false }
        }
        """;

    /// <summary>The arguments of a body without a mistake; the target and the receiver are added where the text has none.</summary>
    public static ScrapeArguments Read(string text)
    {
        string targets = text.Contains("targets", StringComparison.Ordinal) ? "" : "targets = [{\"__address__\" = \"h:1\"}]\n";
        ConfigurationText read = ConfigurationText.Read($"{targets}forward_to = [receiver]\n{text}");
        Assert.Empty(read.Errors);
        return read.Arguments!;
    }

    public static ScrapePlan Plan(string text) => ScrapePlan.Create(Read(text), Id);

    public static IEnumerable<string> Urls(string text) => Plan(text).Scrapes.Select(scrape => scrape.Url);

    /// <summary>The running component; what it scrapes goes to its own receiver.</summary>
    public static RunningScrape Run(string text, ScriptedHttpHandler handler, ManualTimeProvider time) =>
        new(Read(text) with { ForwardTo = [] }, handler, time);

    /// <summary>A target that answers every request with a CPU profile of the present time.</summary>
    public static ScriptedHttpHandler Answering(ManualTimeProvider time) =>
        new(_ => ScriptedHttpHandler.Ok(TestProfiles.Gzip(TestProfiles.Cpu(time.GetUtcNow(), ("f", 7)))));
}
