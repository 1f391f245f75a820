namespace Stoker.Discovery.Consul;

/// <summary>
/// Which index the next blocking query waits on, by the rules at https://developer.hashicorp.com/consul/api-docs/features/blocking: 0 asks for an answer at
/// once.
/// </summary>
internal static class BlockingIndex
{
    /// <param name="asked">The index of the query, 0 for one that did not wait.</param>
    /// <param name="answered">The index of the answer, 0 where it had none.</param>
    /// <returns>0 where the index went backwards, as after a restored snapshot: what was seen before is no base any more. Else at least 1.</returns>
    public static ulong Next(ulong asked, ulong answered) => answered < asked ? 0 : Math.Max(answered, 1);
}
