using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Prometheus;
using Stoker.Components;
using Stoker.Delivery.Write;
using Stoker.Discovery;
using Stoker.Graph;
using Stoker.Scrape;
using Stoker.Syntax;
using Stoker.Syntax.Ast;
using Stoker.Syntax.Values;

namespace Stoker.Benchmarks;

/// <summary>
/// Prints in CPU time and allocated bytes what reading, checking and formatting large configurations takes, each at two sizes.
/// </summary>
internal static class LanguageBudget
{
    private const int Rounds = 5;

    private static readonly IReadOnlyDictionary<string, Value> Library = StandardLibrary.Create(_ => null);

    public static async Task PrintAsync()
    {
        // Once unprinted, so that the code is compiled for speed before it is measured.
        await PrintAsync("warm-up", LanguageWorkload.Configuration(500_000), TextWriter.Null);
        await PrintAsync("5 MB configuration", LanguageWorkload.Configuration(5_000_000), Console.Out);
        await PrintAsync("10 MB configuration", LanguageWorkload.Configuration(10_000_000), Console.Out);
        await PrintAsync("10,000 targets", LanguageWorkload.TargetList(10_000), Console.Out);
        await PrintAsync("20,000 targets", LanguageWorkload.TargetList(20_000), Console.Out);
    }

    private static async Task PrintAsync(string name, string text, TextWriter output)
    {
        var file = new SourceFile("bench.alloy", Encoding.UTF8.GetBytes(text));
        Body body = Parser.Parse(file, new DiagnosticBag()) ?? throw new InvalidDataException(name);
        var formatted = new SourceFile("bench.alloy", Formatter.Format(file, new DiagnosticBag()) ?? throw new InvalidDataException(name));
        await output.WriteLineAsync($"{name} ({file.Length / 1e6:F1} MB, {file.LineCount} lines)");
        await MeasureAsync("parse", output, () => Do(() => Parser.Parse(file, new DiagnosticBag())));
        await MeasureAsync("evaluate", output, () => Do(() => Evaluate(body)));
        await MeasureAsync("format", output, () => Do(() => Formatter.Format(file, new DiagnosticBag())));
        await MeasureAsync("format what is formatted", output, () => Do(() => Formatter.Format(formatted, new DiagnosticBag())));
        string path = Path.GetTempFileName();
        await File.WriteAllTextAsync(path, text);
        await MeasureAsync("validate", output, () => ValidateAsync(path));
        File.Delete(path);
    }

    private static async Task MeasureAsync(string what, TextWriter output, Func<Task> run)
    {
        double least = double.MaxValue;
        long allocated = 0;
        for (int round = 0; round < Rounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            TimeSpan start = Environment.CpuUsage.TotalTime;
            await run();
            least = Math.Min(least, (Environment.CpuUsage.TotalTime - start).TotalMilliseconds);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        }

        await output.WriteLineAsync($"{least,9:F0} ms  {allocated / 1e6,7:F1} MB  {what}");
    }

    private static Task Do(Action run)
    {
        run();
        return Task.CompletedTask;
    }

    /// <summary>Evaluates every attribute by itself; references to components have no value here and cost a message.</summary>
    private static void Evaluate(Body body)
    {
        var names = new Dictionary<string, Value> { ["discovery"] = ObjectValue.Empty, ["pyroscope"] = ObjectValue.Empty };
        var scope = new Scope(names, Library);
        foreach (Statement statement in body.Statements)
        {
            if (statement is BlockStatement block)
            {
                Evaluate(block.Body);
            }
            else if (statement is AttributeStatement attribute)
            {
                Evaluator.TryEvaluate(attribute.Value, scope, new DiagnosticBag(), out _);
            }
        }
    }

    /// <summary>What <c>stoker validate</c> does.</summary>
    private static async Task ValidateAsync(string path)
    {
        IMetricFactory metrics = Metrics.WithCustomRegistry(Metrics.NewCustomRegistry());
        var graph = new ConfigurationGraph(new GraphSettings
        {
            ConfigurationPath = path,
            Catalog = new ComponentCatalog(
            [
                ScrapeComponent.Define(new ByteBudget(ScrapeComponent.InFlightLimitBytes)),
                PyroscopeWriteComponent.Definition,
                .. DiscoveryComponents.Definitions,
            ]),
            StandardLibrary = Library,
            CreateContext = (id, publish) => new ComponentContext
            {
                Id = id,
                Logger = NullLogger.Instance,
                Time = TimeProvider.System,
                Metrics = metrics,
                StoragePath = Path.GetTempPath(),
                Agent = new AgentIdentity("0.0.0", "Stoker/bench", "00000000-0000-0000-0000-000000000000"),
                PublishExports = publish,
            },
            IsInspection = true,
            Time = TimeProvider.System,
            Logger = NullLogger.Instance,
            Metrics = metrics,
        });
        ReloadResult result = await graph.ReloadAsync(CancellationToken.None);
        if (!result.Applied)
        {
            throw new InvalidDataException(string.Join('\n', result.Diagnostics.Take(5)));
        }
    }
}
