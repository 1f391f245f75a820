using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope;

namespace Stoker.EndToEndTests;

/// <summary>What these tests ask of the stand-in for Pyroscope.</summary>
internal static class StandInReading
{
    /// <summary>What it refused of its own accord: never anything, when the program speaks its language.</summary>
    public static IEnumerable<string> Complaints(this PyroscopeStandIn backend) =>
        backend.Requests.Where(request => request.Error is not null).Select(request => $"{request.Status}: {request.Error}");

    /// <summary>The sum of what the deltas say of the stack of that target that grows. A profile that was sent twice counts once.</summary>
    public static long GrowthOf(this PyroscopeStandIn backend, GrowingTarget target) =>
        backend.Accepted
            .Where(push => push.Labels["instance"] == target.Address)
            .Select(push => ProfileBody.Parse(push.Bytes))
            .DistinctBy(profile => profile.TimeNanos)
            .Sum(target.GrowthIn);
}
