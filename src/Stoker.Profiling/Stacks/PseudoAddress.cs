namespace Stoker.Profiling.Stacks;

/// <summary>Addresses that no code can have (the first page is never mapped) and that stand for frames without one.</summary>
internal static class PseudoAddress
{
    /// <summary>The thread was inside the kernel.</summary>
    public const ulong Kernel = 1;

    /// <summary>The table of stacks was full.</summary>
    public const ulong TableFull = 2;
}
