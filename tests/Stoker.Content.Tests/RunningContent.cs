using System.Threading.Channels;
using Stoker.Components;
using Stoker.Syntax.Values;
using Stoker.TestKit;

namespace Stoker.Content.Tests;

/// <summary>One component as the graph runs it; what it publishes is kept in its order.</summary>
internal sealed class RunningContent : ComponentHarness, IAsyncDisposable
{
    private readonly CancellationTokenSource _stop = new();
    private readonly Channel<Value> _published = Channel.CreateUnbounded<Value>();
    private readonly string _name;
    private Task? _run;

    /// <param name="http">The other end of the component's connections; null where it makes real ones.</param>
    /// <param name="time">Another clock than the one that stands still.</param>
    public RunningContent(string name, HttpMessageHandler? http = null, TimeProvider? time = null, string storagePath = "/nonexistent")
        : base($"{name}.test", _ => { }, time, http, storagePath)
    {
        _name = name;
        Component = Written.Definition(name).Create(Context with
        {
            PublishExports = exports => Assert.True(_published.Writer.TryWrite(exports.Fields["content"])),
        });
    }

    public IComponent Component { get; }

    public string Health => Component.HealthMessage ?? "";

    public IReadOnlyList<string> Failures => ((IOutsideSource)Component).Failures;

    /// <summary>A component that runs with the body of a block, as it stands in a configuration file.</summary>
    public static RunningContent Start(
        string name, string body, HttpMessageHandler? http = null, TimeProvider? time = null, string storagePath = "/nonexistent")
    {
        var running = new RunningContent(name, http, time, storagePath);
        running.Apply(body);
        running.Start();
        return running;
    }

    public static string TextOf(Value content) => content switch
    {
        OptionalSecretValue { IsSecret: true } secret => $"secret {secret.Content}",
        OptionalSecretValue text => text.Content,
        ModuleContentValue module => string.Join("\n", module.Files.Select(file => System.Text.Encoding.UTF8.GetString(file.Utf8))),
        UnavailableValue { IsMistake: true } missing => $"mistake: {missing.Reason}",
        UnavailableValue missing => $"waiting: {missing.Reason}",
        _ => throw new InvalidOperationException(content.TypeName),
    };

    public void Start() => _run = Component.RunAsync(_stop.Token);

    /// <summary>What the body leads to, which is not applied.</summary>
    public Value Stage(string body)
    {
        (object? arguments, IReadOnlyList<string> diagnostics) = Written.Read(_name, body);
        Assert.Empty(diagnostics);
        return Component.Stage(arguments!).Fields["content"];
    }

    public Value Apply(string body)
    {
        (object? arguments, IReadOnlyList<string> diagnostics) = Written.Read(_name, body);
        Assert.Empty(diagnostics);
        Value content = Component.Stage(arguments!).Fields["content"];
        Component.Apply(arguments!);
        return content;
    }

    public Task FirstRoundAsync() => Bounded(((IOutsideSource)Component).FirstRound);

    /// <summary>What is published next, with the clock standing still.</summary>
    public Task<Value> NextAsync() => Bounded(_published.Reader.ReadAsync(TestContext.Current.CancellationToken).AsTask());

    public async Task<string> NextTextAsync() => TextOf(await NextAsync());

    /// <summary>What is published next, with the clock running as fast as it can.</summary>
    public async Task<string> NextTextWithTimeAsync()
    {
        Task<Value> next = NextAsync();
        await PassUntilAsync(() => next.IsCompleted);
        return TextOf(await next);
    }

    public bool TryTake(out Value? content) => _published.Reader.TryRead(out content);

    /// <summary>Lets time pass in steps of 100 ms until the condition holds.</summary>
    public async Task PassUntilAsync(Func<bool> condition)
    {
        using var bound = new CancellationTokenSource(Limit, TimeProvider.System);
        while (!condition())
        {
            Assert.False(bound.IsCancellationRequested, $"It did not happen. Health: {Health}");
            Time.Advance(TimeSpan.FromMilliseconds(100));

            // The other threads, and the system's watches, get their turn before the clock moves on.
            await Task.Delay(TimeSpan.FromMilliseconds(1), TimeProvider.System, TestContext.Current.CancellationToken);
        }
    }

    /// <summary>The debug information as text.</summary>
    public IReadOnlyDictionary<string, string> State() => Component.DescribeState().OfType<BodyAttribute>().ToDictionary(
        attribute => attribute.Name, attribute => attribute.Value is StringValue text ? text.Content : NumberText.Format((NumberValue)attribute.Value));

    /// <summary>Stops it, and checks that it leaves no series behind.</summary>
    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        if (_run is not null)
        {
            await _run.WaitAsync(Limit);
            Assert.DoesNotContain("component_id=", await MetricsTextAsync(), StringComparison.Ordinal);
        }

        _stop.Dispose();
    }
}
