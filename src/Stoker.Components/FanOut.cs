namespace Stoker.Components;

/// <summary>Hands a profile to several receivers; one that fails does not keep it from the next. Immutable and safe from several threads.</summary>
public sealed class FanOut(IReadOnlyList<IProfileReceiver> receivers) : IProfileReceiver
{
    public IReadOnlyList<IProfileReceiver> Receivers { get; } = receivers;

    public void Accept(RawProfile profile)
    {
        List<Exception>? failures = null;
        foreach (IProfileReceiver receiver in Receivers)
        {
            try
            {
                receiver.Accept(profile);
            }
            catch (Exception exception)
            {
                // A receiver does not throw; one that does has a bug, which its neighbours must not pay for.
                (failures ??= []).Add(exception);
            }
        }

        if (failures is not null)
        {
            throw new AggregateException(failures);
        }
    }
}
