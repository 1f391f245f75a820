namespace Stoker.TestKit.Pyroscope;

/// <summary>What a scripted answer does to the connection instead of answering.</summary>
public enum StandInFault
{
    None,
    Hang,
    Reset,
    Drip,
}
