using System.Collections.Concurrent;
using System.IO.Compression;
using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.LoadTest;

/// <summary>
/// A captured profile whose totals grow from round to round as a busy service's do: every round each fifth stack grows by a twentieth. All
/// targets serve the same bodies, one for each round and second, so that making them costs next to nothing. Safe from several threads.
/// </summary>
internal sealed class GrowingProfile
{
    private const int KeptBodies = 64;
    private static readonly string[] Totals = ["alloc_objects", "alloc_space", "contentions", "delay"];

    private readonly Lock _lock = new();
    private readonly PprofProfile _profile;
    private readonly int[] _growing;
    private readonly List<long[][]> _rounds = [];
    private readonly ConcurrentDictionary<(int Round, long Second), byte[]> _bodies = new();

    public GrowingProfile(string file)
    {
        _profile = ProfileBody.Parse(File.ReadAllBytes(Path.Combine(AppContext.BaseDirectory, "profiles", file)));
        IReadOnlyList<string> columns = ProfileBody.Columns(_profile);
        _growing = [.. Enumerable.Range(0, columns.Count).Where(column => Totals.Contains(columns[column]))];
        _rounds.Add([.. _profile.Sample.Select(sample => sample.Value.ToArray())]);
    }

    /// <summary>The body of that round, gzip, with the second it was asked for as its time.</summary>
    public byte[] BodyOf(int round, DateTimeOffset now)
    {
        long second = now.ToUnixTimeSeconds();
        if (_bodies.TryGetValue((round, second), out byte[]? known))
        {
            return known;
        }

        lock (_lock)
        {
            if (_bodies.TryGetValue((round, second), out known))
            {
                return known;
            }

            if (_bodies.Count > KeptBodies)
            {
                _bodies.Clear();
            }

            return _bodies[(round, second)] = BuildLocked(round, second);
        }
    }

    private byte[] BuildLocked(int round, long second)
    {
        while (_growing.Length > 0 && _rounds.Count <= round)
        {
            _rounds.Add([.. _rounds[^1].Select((values, sample) => Grow(values, sample, _rounds.Count))]);
        }

        long[][] state = _rounds[_growing.Length > 0 ? round : 0];
        for (int sample = 0; sample < state.Length; sample++)
        {
            for (int column = 0; column < state[sample].Length; column++)
            {
                _profile.Sample[sample].Value[column] = state[sample][column];
            }
        }

        _profile.TimeNanos = second * 1_000_000_000;

        // The level of Go's own handlers.
        return ProfileBody.Compress(_profile, CompressionLevel.Fastest);
    }

    private long[] Grow(long[] values, int sample, int round)
    {
        if ((sample + round) % 5 != 0)
        {
            return values;
        }

        long[] grown = [.. values];
        foreach (int column in _growing)
        {
            grown[column] += (grown[column] / 20) + 1;
        }

        return grown;
    }
}
