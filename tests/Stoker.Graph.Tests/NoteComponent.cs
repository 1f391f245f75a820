using Stoker.Components;
using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Tests;

internal sealed record NoteArguments
{
    public string Text { get; init; } = "";

    public long Limit { get; init; } = 1;

    public static BlockSchema<NoteArguments> Schema { get; } = new BlockSchema<NoteArguments>(new NoteArguments())
        .Required("text", ArgumentTypes.String, a => a.Text, (a, v) => a with { Text = v }, "A text.")
        .Optional("limit", ArgumentTypes.Integer, a => a.Limit, (a, v) => a with { Limit = v }, "A number over zero.")
        .Validate((a, context) =>
        {
            if (a.Limit <= 0)
            {
                context.Error("limit", "limit must be over zero");
            }
        });
}

/// <summary>A component for tests: it exports its text, and writes what happens to it into a shared journal.</summary>
internal sealed class NoteComponent(ComponentContext context, Journal journal) : Component<NoteArguments>
{
    private string _text = "";

    public override string? HealthMessage => $"text is {_text}";

    public override async Task RunAsync(CancellationToken cancellationToken)
    {
        journal.Add($"start {context.Id}");
        if (_text == "crash")
        {
            throw new InvalidOperationException("crashed as told");
        }

        var stopped = new TaskCompletionSource();
        await using (cancellationToken.Register(stopped.SetResult))
        {
            await stopped.Task;
        }

        if (_text == "stubborn")
        {
            await new TaskCompletionSource().Task;
        }

        journal.Add($"stop {context.Id}");
    }

    public void Publish(string text) => context.PublishExports(ExportsOf(text));

    protected override ObjectValue Stage(NoteArguments arguments) =>
        arguments.Text == "unbuildable" ? throw new InvalidOperationException("cannot be built as told") : ExportsOf(arguments.Text);

    protected override void Apply(NoteArguments arguments)
    {
        _text = arguments.Text;
        journal.Add($"apply {context.Id} {arguments.Text}");
    }

    private static ObjectValue ExportsOf(string text) => new([new("text", new StringValue(text))]);
}

/// <summary>What happened, in order. Safe from several threads.</summary>
internal sealed class Journal
{
    private readonly Lock _lock = new();
    private readonly List<string> _lines = [];
    private readonly List<(string Line, TaskCompletionSource Seen)> _waiters = [];

    public IReadOnlyList<string> Lines
    {
        get
        {
            lock (_lock)
            {
                return [.. _lines];
            }
        }
    }

    public void Add(string line)
    {
        lock (_lock)
        {
            _lines.Add(line);
            foreach ((_, TaskCompletionSource seen) in _waiters.Where(waiter => waiter.Line == line))
            {
                seen.TrySetResult();
            }
        }
    }

    public Task WaitForAsync(string line)
    {
        lock (_lock)
        {
            if (_lines.Contains(line))
            {
                return Task.CompletedTask;
            }

            var seen = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((line, seen));
            return seen.Task.WaitAsync(TimeSpan.FromSeconds(30));
        }
    }
}
