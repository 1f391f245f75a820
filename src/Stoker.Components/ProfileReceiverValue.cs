using Stoker.Syntax.Values;

namespace Stoker.Components;

/// <summary>A receiver as a value of the language: what <c>pyroscope.write.x.receiver</c> is.</summary>
public sealed class ProfileReceiverValue(string componentId, IProfileReceiver receiver) : CapsuleValue
{
    /// <summary>The component that exports the receiver.</summary>
    public string ComponentId { get; } = componentId;

    public IProfileReceiver Receiver { get; } = receiver;

    public override string HostType => "ProfilesReceiver";

    public override string Display => $"capsule(\"{HostType}\")";
}
