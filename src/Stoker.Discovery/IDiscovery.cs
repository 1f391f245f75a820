namespace Stoker.Discovery;

/// <summary>A component that finds targets, as a command sees it that inspects a configuration. Safe from several threads.</summary>
public interface IDiscovery
{
    /// <summary>Completes when everything that the component asks for targets has been answered or has failed once, and the targets are published.</summary>
    Task FirstRound { get; }

    /// <summary>Publishes what has been found by now, without the rest that is kept between publications.</summary>
    void PublishNow();

    /// <summary>What fails at present, a line for each question with its reason.</summary>
    IReadOnlyList<string> Failures { get; }
}
