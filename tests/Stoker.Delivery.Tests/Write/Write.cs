using Stoker.Delivery.Write;
using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests.Write;

/// <summary>Starts a pyroscope.write for a test.</summary>
internal static class Write
{
    /// <summary>A profile whose time is now by the system's clock, which the stand-in goes by.</summary>
    public static byte[] PresentProfile { get; } = SampleProfile.CreateGzip(TimeProvider.System.GetUtcNow());

    /// <summary>
    /// One endpoint that pushes to the server. Its pushes have hours, so that a test may move the clock while one of them is under way; what is
    /// about the deadline sets its own.
    /// </summary>
    public static Running To(PyroscopeStandIn server, Func<EndpointArguments, EndpointArguments>? change = null)
    {
        var endpoint = new EndpointArguments { Url = server.Url, RemoteTimeout = TimeSpan.FromHours(100) };
        return Start(change?.Invoke(endpoint) ?? endpoint);
    }

    public static Running Start(params EndpointArguments[] endpoints) =>
        Running.Start(PyroscopeWriteComponent.Definition, new WriteArguments { Endpoints = endpoints });

    /// <summary>Hands over one profile that the stand-in would take.</summary>
    public static void Accept(this Running write, string service = "checkout") =>
        write.Receiver.Accept(SampleProfile.Scraped(write.Time, service, bytes: PresentProfile));
}
