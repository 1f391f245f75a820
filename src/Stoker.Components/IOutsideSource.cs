namespace Stoker.Components;

/// <summary>
/// A component whose exports come from outside while it runs (targets, the text of a file or of a server), as a command sees it that inspects a
/// configuration. Safe from several threads.
/// </summary>
public interface IOutsideSource
{
    /// <summary>Completes when everything that the component asks for has been answered or has failed once, and what was found is published.</summary>
    Task FirstRound { get; }

    /// <summary>Publishes what has been found by now, without the rest that is kept between publications.</summary>
    void PublishNow();

    /// <summary>What fails at present, a line for each question with its reason.</summary>
    IReadOnlyList<string> Failures { get; }
}
