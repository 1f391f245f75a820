using System.Runtime.InteropServices;

namespace Stoker;

/// <summary>
/// Turns SIGTERM and SIGINT into a clean stop and SIGHUP into a reload. The first stop signal is handled; after it the handlers are gone, so a
/// second one ends the process at once.
/// </summary>
internal sealed class StopSignals : IDisposable
{
    private readonly List<PosixSignalRegistration> _registrations = [];

    public static StopSignals Register(CancellationTokenSource stopping, Action reload)
    {
        var signals = new StopSignals();
        foreach (PosixSignal signal in new[] { PosixSignal.SIGTERM, PosixSignal.SIGINT })
        {
            signals._registrations.Add(PosixSignalRegistration.Create(signal, context =>
            {
                if (!stopping.IsCancellationRequested)
                {
                    context.Cancel = true;
                    stopping.Cancel();
                }
            }));
        }

        signals._registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGHUP, context =>
        {
            context.Cancel = true;
            reload();
        }));
        return signals;
    }

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }
}
