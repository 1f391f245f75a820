using System.Runtime.Intrinsics;

namespace Stoker.Pprof;

/// <summary>The samples of one profile as flat lists: hash of the identity, and values.</summary>
internal sealed class CollectedSamples : IDisposable
{
    public PooledList<ulong> Hashes { get; } = new();

    /// <summary>The values of all samples, one row after the other.</summary>
    public PooledList<long> Values { get; } = new();

    public void Dispose()
    {
        Hashes.Dispose();
        Values.Dispose();
    }
}

/// <summary>Collects samples for the delta.</summary>
internal ref struct SampleCollector(ProfileScan scan, ReadOnlySpan<byte> profile, LocationIdentity identity, CollectedSamples samples)
    : ISampleSink
{
    private readonly ReadOnlySpan<byte> _profile = profile;
    private readonly ReadOnlySpan<ulong> _locations = identity.Locations.Items;
    private readonly Span<ulong> _hashes = samples.Hashes.Resize(scan.Samples.Count);
    private readonly Span<long> _values = samples.Values.Resize(scan.Samples.Count * scan.SampleTypes.Count);
    private ulong _stack;
    private ulong _power = 1;
    private ulong _labels;
    private LabelFields _texts = new(-1, -1, 0, -1);
    private ulong _textsHash;

    public void Location(int index)
    {
        _stack += _power * _locations[index + 1];
        _power *= StackHash.Power1;
    }

    public void Locations(Vector128<ushort> ids, int count)
    {
        ReadOnlySpan<ulong> locations = _locations;
        ulong first = ids.AsUInt64()[0];
        ulong last = ids.AsUInt64()[1];
        ulong sum = locations[(ushort)first]
            + (locations[(ushort)(first >> 16)] * StackHash.Power1)
            + (locations[(ushort)(first >> 32)] * StackHash.Power2)
            + (locations[(int)(first >> 48)] * StackHash.Power3)
            + (locations[(ushort)last] * StackHash.Power4)
            + (locations[(ushort)(last >> 16)] * StackHash.Power5)
            + (locations[(ushort)(last >> 32)] * StackHash.Power6)
            + (locations[(int)(last >> 48)] * StackHash.Power7);
        _stack += _power * sum;
        _power *= StackHash.Powers[count];
    }

    public readonly void Value(int index, long value) => _values[index] = value;

    // A sum, because the order of labels means nothing. Most labels of a profile have the same texts and differ in the number.
    public void Label(LabelFields label)
    {
        if (label.Key != _texts.Key || label.Text != _texts.Text || label.Unit != _texts.Unit)
        {
            _texts = label;
            _textsHash = ContentHash.Mix(identity.OfString(scan, _profile, label.Key), identity.OfString(scan, _profile, label.Text));
            _textsHash = ContentHash.Mix(_textsHash, identity.OfString(scan, _profile, label.Unit));
        }

        _labels += ContentHash.Mix(_textsHash, (ulong)label.Number);
    }

    public void EndSample(int index)
    {
        // 0 is no hash.
        _hashes[index] = Math.Max(1, ContentHash.Mix(_stack, _labels));
        _stack = 0;
        _power = 1;
        _labels = 0;
    }
}
