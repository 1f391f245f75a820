namespace Stoker.Components;

/// <summary>
/// A component export that takes profiles. The object stays the same for as long as its component lives, whatever its arguments become, so
/// whoever holds it always reaches the present configuration.
/// </summary>
public interface IProfileReceiver
{
    /// <summary>
    /// Takes a profile. It returns soon and never waits for a network or a disk: when it returns, the profile is accepted (queued) or dropped,
    /// and a drop is counted with its reason by the receiver. It does not throw for anything that comes from outside. Safe from several threads.
    /// </summary>
    void Accept(RawProfile profile);
}
