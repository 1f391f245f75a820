using System.Runtime.Intrinsics;

namespace Stoker.Pprof;

/// <summary>What <see cref="SampleScan"/> does with the samples; a struct, so that nothing of it costs a call.</summary>
internal interface ISampleSink
{
    /// <summary>The next frame, leaf first; <paramref name="index"/> is the position in the location table.</summary>
    void Location(int index);

    /// <summary>
    /// The next <paramref name="count"/> frames; each id is the position in the location table plus 1, and lanes behind them are 0.
    /// </summary>
    void Locations(Vector128<ushort> ids, int count);

    /// <summary>A value; <paramref name="index"/> counts over all samples.</summary>
    void Value(int index, long value);

    void Label(LabelFields label);

    /// <summary>The sample is complete and valid.</summary>
    void EndSample(int index);
}

/// <summary>A label; texts are indices into the string table.</summary>
internal readonly record struct LabelFields(int Key, int Text, long Number, int Unit);
