using FsCheck;
using FsCheck.Fluent;

namespace Stoker.Labels.Tests;

/// <summary>Samples of a generator that are the same for the same seed, for what is asked of another program all at once.</summary>
internal static class Sampled
{
    public static IEnumerable<T> Of<T>(Gen<T> generator, int count, int seed) =>
        generator.Sample(count, new Rnd((ulong)seed, 7), 50);
}
