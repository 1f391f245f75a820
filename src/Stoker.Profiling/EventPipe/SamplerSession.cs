using System.Diagnostics.Tracing;
using System.Net.Sockets;
using Microsoft.Diagnostics.NETCore.Client;
using Stoker.Profiling.Stacks;

namespace Stoker.Profiling.EventPipe;

/// <summary>
/// One session of the runtime's sampler with its reader. Without rundown, because that writes the names of all methods while the runtime holds
/// locks which a reader in the same process may need. Used by one thread.
/// </summary>
internal sealed class SamplerSession : IDisposable
{
    /// <summary>Events that are not read in time are lost by the runtime, so this bounds memory only.</summary>
    private const int BufferMegabytes = 16;

    /// <summary>A stop takes up to 100 ms; after this long the runtime hangs.</summary>
    private static readonly TimeSpan StopTimeout = TimeSpan.FromSeconds(30);

    private readonly EventPipeSession _session;
    private readonly Thread _reader;
    private string? _fault;
    private bool _isHung;

    private SamplerSession(EventPipeSession session, StackTable stacks)
    {
        _session = session;
        _reader = new Thread(() => Read(stacks)) { IsBackground = true, Name = "pprof reader" };
    }

    /// <summary>What was read. Look at it after <see cref="Stop"/> only; until then it belongs to the reader.</summary>
    public List<SweepSample> Samples { get; } = [];

    public static SamplerSession? TryStart(StackTable stacks, out string? failure)
    {
        try
        {
            var provider = new EventPipeProvider(NettraceReader.SamplerProvider, EventLevel.Informational);
            EventPipeSession session = new DiagnosticsClient(Environment.ProcessId).StartEventPipeSession(provider, requestRundown: false, BufferMegabytes);
            var started = new SamplerSession(session, stacks);
            started._reader.Start();
            failure = null;
            return started;
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            failure = exception.Message;
            return null;
        }
    }

    /// <summary>Ends the sampling and waits until all that was sampled has been read. Gives what went wrong, or null.</summary>
    public string? Stop()
    {
        string? refusal = null;
        var stopper = new Thread(() => refusal = TryStop()) { IsBackground = true, Name = "pprof stop" };
        stopper.Start();
        if (!stopper.Join(StopTimeout) || !_reader.Join(StopTimeout))
        {
            _isHung = true;
            return $"The runtime did not end the sampling session within {StopTimeout.TotalSeconds:0} seconds.";
        }

        return refusal ?? _fault;
    }

    /// <summary>Closes the stream. A session that hangs is not asked to stop again, which its own disposal would do.</summary>
    public void Dispose()
    {
        if (_isHung)
        {
            _session.EventStream.Dispose();
        }
        else
        {
            _session.Dispose();
        }
    }

    private string? TryStop()
    {
        try
        {
            _session.Stop();
            return null;
        }
        catch (Exception exception) when (IsRefusal(exception))
        {
            return $"The runtime did not end the sampling session: {exception.Message}";
        }
    }

    private void Read(StackTable stacks)
    {
        try
        {
            string? fault = new NettraceReader(_session.EventStream, stacks, Samples).Read();
            _fault = fault is null ? null : $"The stream of samples cannot be read: {fault}.";
        }
        catch (Exception exception) when (exception is IOException or SocketException or ObjectDisposedException)
        {
            _fault = $"The stream of samples broke off: {exception.Message}";
        }
    }

    private static bool IsRefusal(Exception exception) =>
        exception is DiagnosticsClientException or IOException or SocketException or UnauthorizedAccessException or TimeoutException;
}
