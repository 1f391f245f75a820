namespace Stoker.Discovery;

/// <summary>A source that can take other arguments while it runs, where that spares asking everything again.</summary>
internal interface IAdjustableSource<in TArguments> : ITargetSource
    where TArguments : class
{
    /// <summary>
    /// Makes the arguments the present ones, or changes nothing and returns false where it takes a new source. Called at any time from the
    /// source's making on, also while it runs; returns soon.
    /// </summary>
    bool TryAdjust(TArguments arguments);
}
