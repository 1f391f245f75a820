using System.Collections.Concurrent;
using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using Stoker.TestKit;

namespace Stoker.Http.Tests;

/// <summary>When a transport takes new connections for changed certificate files, and that each set of them ends once and never in use.</summary>
public sealed class GenerationTests
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);

    [Fact]
    public async Task Dispose_WhileANewGenerationIsMade_EndsEachOnceAndNoneInUse()
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using var other = new Authority("other");
        var gate = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        using var rotation = new Rotation(folder.Write("ca.pem", authority.Pem), gate.Task);
        Task<HttpResponseMessage> first = rotation.SendAsync();
        await rotation.Started.WaitAsync(AtMost, TestContext.Current.CancellationToken);
        folder.Write("ca.pem", other.Pem + "\n");
        rotation.OnConnect = rotation.Dispose;

        await Assert.ThrowsAsync<ObjectDisposedException>(rotation.SendAsync);

        Assert.Equal([0, 1], rotation.Ends.Select(end => end.Disposals));
        gate.SetResult();
        (await first).Dispose();
        Assert.Equal([1, 1], rotation.Ends.Select(end => end.Disposals));
        Assert.DoesNotContain(rotation.Ends, end => end.WasCutOff);
    }

    [Fact]
    public async Task Send_ManyThroughARotationAndTheEnd_MakeOneGenerationEachAndEndItOnce()
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using var other = new Authority("other");
        using var rotation = new Rotation(folder.Write("ca.pem", authority.Pem), Task.CompletedTask);
        await SendManyAsync();
        Assert.Single(rotation.Ends);

        // The file changes once more while the first of the requests makes connections and the others wait for it.
        folder.Write("ca.pem", other.Pem + "\n");
        rotation.OnConnect = () => folder.Write("ca.pem", other.Pem + "\n\n");
        await SendManyAsync();
        await SendManyAsync();

        // The content with one empty line and that with two.
        Assert.Equal(3, rotation.Ends.Count);
        Assert.Equal([1, 1, 0], rotation.Ends.Select(end => end.Disposals));
        Task[] last = [.. Enumerable.Range(0, 20).Select(_ => Task.Run(SendUntilTheEndAsync))];
        rotation.Dispose();
        await Task.WhenAll(last).WaitAsync(AtMost, TestContext.Current.CancellationToken);
        Assert.Equal([1, 1, 1], rotation.Ends.Select(end => end.Disposals));
        Assert.DoesNotContain(rotation.Ends, end => end.WasCutOff);

        Task SendManyAsync() => Task.WhenAll(Enumerable.Range(0, 20).Select(_ => Task.Run(rotation.SendAsync)));

        async Task SendUntilTheEndAsync()
        {
            try
            {
                while (true)
                {
                    using HttpResponseMessage response = await rotation.SendAsync();
                }
            }
            catch (ObjectDisposedException)
            {
                // The end.
            }
        }
    }

    [Fact]
    public async Task Send_OtherContentWithLengthAndTimeKept_IsSeenSecondsLater()
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using var other = new Authority("other");
        int length = Math.Max(authority.Pem.Length, other.Pem.Length) + 1;
        using var rotation = new Rotation(WriteOld(folder, authority.Pem.PadRight(length, '\n')), Task.CompletedTask);
        await rotation.SendAsync();
        WriteOld(folder, other.Pem.PadRight(length, '\n'));

        rotation.Time.Advance(TimeSpan.FromSeconds(5));
        await rotation.SendAsync();

        Assert.Equal(2, rotation.Ends.Count);
    }

    [Fact]
    public async Task Send_FileIsTouched_KeepsItsConnections()
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using var rotation = new Rotation(WriteOld(folder, authority.Pem), Task.CompletedTask);
        await rotation.SendAsync();
        folder.Write("ca.pem", authority.Pem);

        await rotation.SendAsync();

        Assert.Single(rotation.Ends);
    }

    [Fact]
    public async Task Send_NothingGoodWasRead_TheFailureIsRememberedForASecond()
    {
        using var folder = new TemporaryFolder();
        using var authority = new Authority();
        using var rotation = new Rotation(WriteOld(folder, new string('x', authority.Pem.Length)), Task.CompletedTask);
        var first = await Assert.ThrowsAsync<HttpRequestException>(rotation.SendAsync);
        WriteOld(folder, authority.Pem);

        var second = await Assert.ThrowsAsync<HttpRequestException>(rotation.SendAsync);
        Assert.Equal(first.Message, second.Message);
        rotation.Time.Advance(TimeSpan.FromSeconds(1));
        await rotation.SendAsync();

        Assert.Single(rotation.Ends);
    }

    [Fact]
    public async Task Send_FileIsAFifo_FailsAtOnce()
    {
        using var folder = new TemporaryFolder();
        using (var make = Process.Start("mkfifo", [folder.PathOf("ca.pem")]))
        {
            await make.WaitForExitAsync(TestContext.Current.CancellationToken).WaitAsync(AtMost, TestContext.Current.CancellationToken);
        }

        using var rotation = new Rotation(folder.PathOf("ca.pem"), Task.CompletedTask);

        var exception = await Assert.ThrowsAsync<HttpRequestException>(
            () => Task.Run(rotation.SendAsync).WaitAsync(AtMost, TestContext.Current.CancellationToken));

        Assert.Contains("holds no certificate", exception.Message, StringComparison.Ordinal);
    }

    private static string WriteOld(TemporaryFolder folder, string content)
    {
        string path = folder.Write("ca.pem", content);
        File.SetLastWriteTimeUtc(path, DateTime.UnixEpoch.AddSeconds(1));
        return path;
    }

    /// <summary>A transport whose connections lead nowhere; a request ends when the task does.</summary>
    private sealed class Rotation : IDisposable
    {
        private readonly RotatingTransport _transport;
        private readonly HttpMessageInvoker _client;
        private readonly TaskCompletionSource _started = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Rotation(string caFile, Task answer)
        {
            _transport = new RotatingTransport(
                new TlsArguments { CaFile = caFile },
                _ =>
                {
                    var end = new End(answer, _started);
                    Ends.Enqueue(end);
                    Action? now = OnConnect;
                    OnConnect = null;
                    now?.Invoke();
                    return end;
                },
                Time,
                NullLogger.Instance);
            _client = new HttpMessageInvoker(_transport, disposeHandler: false);
        }

        public ManualTimeProvider Time { get; } = new();

        public ConcurrentQueue<End> Ends { get; } = new();

        /// <summary>Completes when the first request is on its way.</summary>
        public Task Started => _started.Task;

        public Action? OnConnect { get; set; }

        public Task<HttpResponseMessage> SendAsync() =>
            _client.SendAsync(new HttpRequestMessage(HttpMethod.Get, "https://target.invalid/"), TestContext.Current.CancellationToken);

        public void Dispose() => _transport.Dispose();
    }

    private sealed class End(Task answer, TaskCompletionSource started) : HttpMessageHandler
    {
        private int _disposals;
        private int _inUse;

        public int Disposals => Volatile.Read(ref _disposals);

        public bool WasCutOff { get; private set; }

        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _inUse);
            started.TrySetResult();
            await answer;
            WasCutOff |= Disposals > 0;
            Interlocked.Decrement(ref _inUse);
            return new HttpResponseMessage();
        }

        protected override void Dispose(bool disposing)
        {
            WasCutOff |= Volatile.Read(ref _inUse) > 0;
            Interlocked.Increment(ref _disposals);
            base.Dispose(disposing);
        }
    }
}
