using System.Numerics;

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
    private ulong _labels;

    // A rotation and a multiplication for each frame; the hashes that come in are well mixed already, so that is enough.
    public readonly ulong Location(ulong stack, int index) =>
        (BitOperations.RotateLeft(stack, 29) * 0x9E3779B97F4A7C15) + _locations[index];

    public readonly void Value(int index, long value) => _values[index] = value;

    // A sum, because the order of labels means nothing.
    public void Label(LabelFields label)
    {
        ulong text = ContentHash.Mix(identity.OfString(scan, _profile, label.Key), identity.OfString(scan, _profile, label.Text));
        ulong number = ContentHash.Mix((ulong)label.Number, identity.OfString(scan, _profile, label.Unit));
        _labels += ContentHash.Mix(text, number);
    }

    public void EndSample(int index, ulong stack)
    {
        // 0 is no hash.
        _hashes[index] = Math.Max(1, ContentHash.Mix(stack, _labels));
        _labels = 0;
    }
}
