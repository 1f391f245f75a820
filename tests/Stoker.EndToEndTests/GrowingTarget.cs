using System.IO.Compression;
using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.EndToEndTests;

/// <summary>A target whose memory profile grows by a known amount from one request to the next, so that a lost or repeated delta shows.</summary>
internal sealed class GrowingTarget : IAsyncDisposable
{
    /// <summary>By how much <c>alloc_space</c> of the first stack grows with each request, in bytes.</summary>
    public const long Step = 4096;

    private const int AllocSpace = 1;

    private readonly Lock _lock = new();
    private readonly PprofProfile _profile = ProfileBody.Parse(Sources.Profile("prometheus.allocs.b.pb.gz"));
    private readonly RawTarget _target;
    private readonly string _stack;

    public GrowingTarget()
    {
        var first = new PprofProfile(_profile);
        first.Sample.Clear();
        first.Sample.Add(_profile.Sample[0]);
        _stack = ProfileBody.ValuesByStack(first).Keys.Single();
        _target = RawTarget.Start(async (stream, cancellationToken) =>
        {
            byte[] body = NextBody();
            await RawTarget.WriteHeadAsync(stream, 200, "application/octet-stream", body.Length, cancellationToken);
            await stream.WriteAsync(body, cancellationToken);
        });
    }

    public string Address => _target.Address;

    public IReadOnlyList<DateTimeOffset> Arrivals => _target.Arrivals;

    /// <summary>The longest time between two requests in seconds: over an interval and a half when a tick was left out.</summary>
    public double LongestGap => Arrivals.Zip(Arrivals.Skip(1), (earlier, later) => (later - earlier).TotalSeconds).DefaultIfEmpty(0).Max();

    /// <summary>What a delivered delta says of the stack that grows.</summary>
    public long GrowthIn(PprofProfile delta) => ProfileBody.ValuesByStack(delta).GetValueOrDefault(_stack)?[AllocSpace] ?? 0;

    public ValueTask DisposeAsync() => _target.DisposeAsync();

    private byte[] NextBody()
    {
        lock (_lock)
        {
            _profile.Sample[0].Value[AllocSpace] += Step;
            _profile.TimeNanos = (TimeProvider.System.GetUtcNow() - DateTimeOffset.UnixEpoch).Ticks * 100;
            return ProfileBody.Compress(_profile, CompressionLevel.Fastest);
        }
    }
}
