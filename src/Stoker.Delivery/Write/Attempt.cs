using Stoker.Delivery.Queue;

namespace Stoker.Delivery.Write;

/// <summary>A push that has ended.</summary>
/// <param name="Plan">The way it went.</param>
/// <param name="Generation">The pace's generation in which it started.</param>
/// <param name="Answer">Null where the push threw, which is a bug of ours.</param>
internal sealed record Attempt(EndpointPlan Plan, QueuedProfile Record, int Generation, PushAnswer? Answer);
