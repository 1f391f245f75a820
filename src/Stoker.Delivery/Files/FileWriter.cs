using System.IO.Compression;
using Stoker.Components;
using Stoker.Delivery.Queue;
using Stoker.Syntax;

namespace Stoker.Delivery.Files;

/// <summary>
/// The loop that writes profiles, and the queue before it. A disk that is full or may not be written is tried again until it takes profiles;
/// meanwhile they wait, and the oldest go where they find no room. <see cref="Accept"/> and <see cref="Configure"/> may be called from any thread.
/// </summary>
internal sealed class FileWriter
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan RetentionInterval = TimeSpan.FromMinutes(1);

    // So many profiles in a row must fail before the disk is held to be at fault and not the profiles.
    private const int FailuresInARow = 3;

    // How often one profile may fail while others are written.
    private const int MaxOwnFailures = 3;

    private readonly ComponentContext _context;
    private readonly MemoryQueue _queue;
    private readonly Wakeup _wakeup;
    private readonly DropLog _dropLog;
    private volatile FilesArguments _arguments = new();
    private volatile FilesMetrics? _metrics;
    private volatile FilesState _state = new();
    private FilesArguments? _appliedArguments;
    private ProfileDirectory? _directory;
    private bool _prepareFailed;
    private long _written;
    private long _retryAt;
    private int _failuresInARow;
    private long _failingSince;
    private long _droppedBefore;

    public FileWriter(ComponentContext context, long queueBytes)
    {
        _context = context;
        _queue = new MemoryQueue(queueBytes, OnDropped);
        _wakeup = new Wakeup(context.Time);
        _dropLog = new DropLog(context.Logger, context.Time);
    }

    public FilesState State
    {
        get
        {
            FilesArguments arguments = _arguments;
            return _state with { Directory = arguments.FullDirectory(_context.StoragePath), MaxBytes = arguments.MaxBytes };
        }
    }

    public QueueCounts GetCounts() => _queue.GetCounts();

    public void Accept(RawProfile profile)
    {
        _metrics?.Accepted.Inc();
        _queue.Enqueue(new QueuedProfile(profile, profile.Labels));
        _wakeup.Set();
    }

    public void Configure(FilesArguments arguments)
    {
        _metrics ??= new FilesMetrics(new ComponentMetrics(_context.Metrics, _context.Id));
        _metrics.LimitBytes.Set(arguments.MaxBytes);
        _arguments = arguments;
        _wakeup.Set();
    }

    /// <summary>Writes until stopped; what is queued then is still written, as long as the disk takes it.</summary>
    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenRegistration onStop = stop.Register(_wakeup.Set);

        // Off the caller's thread for good: a disk may block.
        await Task.Yield();
        try
        {
            while (true)
            {
                WriteQueued();
                if (stop.IsCancellationRequested)
                {
                    break;
                }

                ShowGauges();
                await _wakeup.WaitAsync(NextLook());
            }
        }
        finally
        {
            int left = _queue.Close(DropReason.Shutdown);
            if (left > 0)
            {
                Log.QueueAbandoned(_context.Logger, State.Directory, left, DropReason.Shutdown);
            }

            _metrics?.Remove();
        }
    }

    private long Now => _context.Time.GetTimestamp();

    private void WriteQueued()
    {
        FilesArguments arguments = _arguments;
        if (arguments != _appliedArguments)
        {
            // What could not be written before may be with these.
            _appliedArguments = arguments;
            _retryAt = Now;
        }

        if (Now < _retryAt || !TryPrepare(arguments))
        {
            return;
        }

        while (_arguments == arguments && Now >= _retryAt && _queue.TryTake(Now, preferFresh: _failuresInARow > 0, mayBeAlone: true) is { } record)
        {
            Write(arguments, record);
        }
    }

    /// <summary>Opens the directory where that has not been done, and removes what is over the limits.</summary>
    private bool TryPrepare(FilesArguments arguments)
    {
        string root = arguments.FullDirectory(_context.StoragePath);
        try
        {
            if (_directory?.Root != root)
            {
                _directory = null;
                _directory = ProfileDirectory.Open(root, OnRemoved);
                if (_directory.Count > 0 || _directory.LeftoversRemoved > 0)
                {
                    Log.EarlierProfilesFound(_context.Logger, root, _directory.Count, _directory.Bytes, _directory.LeftoversRemoved);
                }
            }

            _directory.RemoveUntil(arguments.MaxBytes, "size");
            if (arguments.MaxAge > TimeSpan.Zero)
            {
                _directory.RemoveOlderThan(_context.Time.GetUtcNow() - arguments.MaxAge);
            }

            if (_prepareFailed)
            {
                _prepareFailed = false;
                OnRecovered();
            }

            return true;
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            _prepareFailed = true;
            OnDiskFailed(exception);
            return false;
        }
    }

    private void Write(FilesArguments arguments, QueuedProfile record)
    {
        RawProfile profile = record.Profile;
        ReadOnlySpan<byte> bytes = Compress(profile.Bytes.Span);
        if (bytes.Length > arguments.MaxBytes)
        {
            _queue.Drop(record, DropReason.TooLarge, $"{bytes.Length} bytes are over max_bytes");
            return;
        }

        try
        {
            string path = _directory!.Write(ProfilePath.FolderOf(record.Labels), ProfilePath.NameOf(profile), bytes, arguments.MaxBytes);
            _queue.Complete(record);
            OnWritten(path, bytes.Length);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            OnWriteFailed(record, exception);
        }
    }

    private static ReadOnlySpan<byte> Compress(ReadOnlySpan<byte> profile)
    {
        if (profile.StartsWith<byte>([0x1F, 0x8B]))
        {
            return profile;
        }

        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Optimal, leaveOpen: true))
        {
            gzip.Write(profile);
        }

        return output.GetBuffer().AsSpan(0, (int)output.Length);
    }

    private void OnWritten(string path, long bytes)
    {
        _written++;
        _failuresInARow = 0;
        _metrics?.Written.Inc();
        _metrics?.WrittenBytes.Inc(bytes);
        _state = _state with { LastFile = path, LastWrite = _context.Time.GetUtcNow() };
        Log.ProfileWritten(_context.Logger, path, bytes);
        OnRecovered();
    }

    private void OnRecovered()
    {
        if (_state.Error is null)
        {
            return;
        }

        _state = _state with { Error = null };
        QueueCounts counts = _queue.GetCounts();
        TimeSpan failedFor = _context.Time.GetElapsedTime(_failingSince);
        Log.WritesRecovered(
            _context.Logger,
            _directory!.Root,
            GoDuration.Format(TimeSpan.FromSeconds(Math.Round(failedFor.TotalSeconds, 1))),
            counts.Queued,
            counts.Dropped.Values.Sum() - _droppedBefore);
    }

    private void OnWriteFailed(QueuedProfile record, Exception exception)
    {
        bool ownFault = record.Failures++ > 0 && _written > record.PassedAtFailure;
        record.PassedAtFailure = _written;
        record.FailuresWhileOthersPassed += ownFault ? 1 : 0;
        if (record.FailuresWhileOthersPassed >= MaxOwnFailures)
        {
            _metrics?.WriteErrors.Inc();
            _queue.Drop(record, DropReason.WriteFailed, exception.Message);
            return;
        }

        _queue.Return(record, Now + ToTimestamp(RetryInterval));
        if (++_failuresInARow >= FailuresInARow || _queue.Count == 1)
        {
            OnDiskFailed(exception);
        }
        else
        {
            _metrics?.WriteErrors.Inc();
        }
    }

    private void OnDiskFailed(Exception exception)
    {
        _metrics?.WriteErrors.Inc();
        _retryAt = Now + ToTimestamp(RetryInterval);

        if (_directory is { } directory && !Directory.Exists(directory.Root))
        {
            // Removed or replaced under us: what was counted in it is gone.
            _directory = null;
        }

        (string error, string remedy) = DiskFault.Describe(exception);
        string? before = _state.Error;
        if (before is null)
        {
            _failingSince = Now;
            _droppedBefore = _queue.GetCounts().Dropped.Values.Sum();
            _state = _state with { FailingSince = _context.Time.GetUtcNow() };
        }

        _state = _state with { Error = error, Remedy = remedy };
        if (before != error)
        {
            Log.WritesFailing(_context.Logger, State.Directory, error, remedy);
        }
    }

    private void OnRemoved(string path, long bytes, string reason)
    {
        _metrics?.CountRemoval(reason);
        Log.ProfileRemoved(_context.Logger, path, bytes, reason);
    }

    private void OnDropped(QueuedProfile record, string reason, string detail)
    {
        _metrics?.CountDrop(reason);
        if (reason != DropReason.Shutdown)
        {
            _dropLog.Write(State.Directory, record, reason, detail);
        }
    }

    private void ShowGauges()
    {
        if (_directory is { } directory)
        {
            _state = _state with { Files = directory.Count, Bytes = directory.Bytes, Oldest = directory.Oldest };
            _metrics?.Files.Set(directory.Count);
            _metrics?.Bytes.Set(directory.Bytes);
        }

        QueueCounts counts = _queue.GetCounts();
        _metrics?.Queued.Set(counts.Queued);
        _metrics?.QueueBytes.Set(counts.QueuedBytes);
    }

    private TimeSpan NextLook()
    {
        long next = Now + ToTimestamp(RetentionInterval);
        if (_retryAt > Now)
        {
            next = Math.Min(next, _retryAt);
        }
        else if (_queue.NextDue is { } due)
        {
            next = Math.Min(next, Math.Max(due, Now));
        }

        return _context.Time.GetElapsedTime(Now, next);
    }

    private long ToTimestamp(TimeSpan span) => (long)(span.TotalSeconds * _context.Time.TimestampFrequency);
}
