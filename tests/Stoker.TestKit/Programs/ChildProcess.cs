using System.Diagnostics;
using System.Runtime.InteropServices;
using Xunit;

namespace Stoker.TestKit.Programs;

/// <summary>A program started by a test: its lines are kept, and it is killed at disposal with all that it started. Safe from several threads.</summary>
public sealed class ChildProcess : IAsyncDisposable
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(60);

    private readonly Lock _lock = new();
    private readonly List<string> _output = [];
    private readonly List<string> _errors = [];
    private readonly List<(Predicate<string> Matches, TaskCompletionSource<string> Found)> _waiters = [];
    private readonly Process _process;

    private ChildProcess(Process process) => _process = process;

    public int Id => _process.Id;

    public bool HasExited => _process.HasExited;

    /// <summary>The lines of the standard output so far.</summary>
    public IReadOnlyList<string> Output => Copy(_output);

    /// <summary>The lines of the standard error so far.</summary>
    public IReadOnlyList<string> Errors => Copy(_errors);

    /// <summary>The last lines of both, for the message of a test that fails.</summary>
    public string Tail => string.Join('\n', Output.TakeLast(40).Concat(Errors.TakeLast(80)));

    public static ChildProcess Start(
        string program, IEnumerable<string> arguments, string? folder = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        var start = new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            RedirectStandardInput = true,
            WorkingDirectory = folder ?? "",
        };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        var process = new Process { StartInfo = start };
        var child = new ChildProcess(process);
        process.OutputDataReceived += (_, line) => child.Keep(child._output, line.Data);
        process.ErrorDataReceived += (_, line) => child.Keep(child._errors, line.Data);
        process.Start();
        process.StandardInput.Close();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        return child;
    }

    /// <summary>The first line, of those that have come and those that will, that matches. Fails when none comes within a minute or the program ends.</summary>
    public async Task<string> WaitForLineAsync(string awaited, Predicate<string> matches, CancellationToken cancellationToken)
    {
        var found = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (_lock)
        {
            if (_output.Concat(_errors).FirstOrDefault(line => matches(line)) is { } known)
            {
                return known;
            }

            _waiters.Add((matches, found));
        }

        Task exit = _process.WaitForExitAsync(cancellationToken);
        Task first = await Task.WhenAny(found.Task, exit, Task.Delay(AtMost, TimeProvider.System, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
        if (first != found.Task && !found.Task.IsCompleted)
        {
            Assert.Fail($"{(first == exit ? "The program ended" : "A minute passed")} without a line with: {awaited}\n{Tail}");
        }

        return await found.Task;
    }

    public Task<string> WaitForLineAsync(string part, CancellationToken cancellationToken) =>
        WaitForLineAsync(part, line => line.Contains(part, StringComparison.Ordinal), cancellationToken);

    /// <summary>The exit code, once the program has ended and all its lines have come. Fails when it has not ended within a minute.</summary>
    public async Task<int> WaitForExitAsync(CancellationToken cancellationToken)
    {
        try
        {
            await _process.WaitForExitAsync(cancellationToken).WaitAsync(AtMost, TimeProvider.System, cancellationToken);
        }
        catch (TimeoutException)
        {
            Assert.Fail($"The program {_process.StartInfo.FileName} has not ended within a minute.\n{Tail}");
        }

        return _process.ExitCode;
    }

    public void Send(PosixSignal signal)
    {
        int number = signal switch
        {
            PosixSignal.SIGHUP => 1,
            PosixSignal.SIGINT => 2,
            PosixSignal.SIGTERM => 15,
            _ => throw new ArgumentOutOfRangeException(nameof(signal), signal, "Only SIGHUP, SIGINT and SIGTERM are sent by tests."),
        };
        Assert.Equal(0, SendSignal(Id, number));
    }

    /// <summary>The highest resident memory so far in bytes, as the kernel counts it.</summary>
    public long ReadPeakMemoryBytes() => ReadStatusKilobytes("VmHWM:") * 1024;

    public long ReadResidentBytes() => ReadStatusKilobytes("VmRSS:") * 1024;

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited)
        {
            _process.Kill(entireProcessTree: true);
        }

        await _process.WaitForExitAsync();
        _process.Dispose();
    }

    private long ReadStatusKilobytes(string field)
    {
        string line = File.ReadLines($"/proc/{Id}/status").Single(candidate => candidate.StartsWith(field, StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1]);
    }

    private List<string> Copy(List<string> lines)
    {
        lock (_lock)
        {
            return [.. lines];
        }
    }

    private void Keep(List<string> lines, string? line)
    {
        if (line is null)
        {
            return;
        }

        lock (_lock)
        {
            lines.Add(line);
            foreach ((Predicate<string> matches, TaskCompletionSource<string> found) in _waiters)
            {
                if (matches(line))
                {
                    found.TrySetResult(line);
                }
            }

            _waiters.RemoveAll(waiter => waiter.Found.Task.IsCompleted);
        }
    }

    [DllImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static extern int SendSignal(int processId, int signal);
}
