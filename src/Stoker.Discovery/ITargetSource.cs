namespace Stoker.Discovery;

/// <summary>What a discovery component asks for its targets, by one set of arguments. Made when it is run and run once; making it does nothing else.</summary>
internal interface ITargetSource
{
    /// <summary>
    /// Asks, and asks again or watches, until cancelled; then it returns soon, with all that it started ended. What it finds and what fails goes
    /// to <paramref name="findings"/>: nothing that comes from outside makes it throw. It calls <see cref="Findings.CompleteRound"/> as soon as each of
    /// its questions has been answered or has failed once.
    /// </summary>
    Task RunAsync(Findings findings, CancellationToken cancellationToken);
}
