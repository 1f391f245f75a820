namespace Stoker.Delivery.Tests;

/// <summary>The log events that tests wait for.</summary>
internal static class Events
{
    public const int EndpointFailing = 2000;
    public const int EndpointRecovered = 2001;
    public const int ProfilesDropped = 2002;
    public const int PushFailed = 2003;
    public const int ProfileDelivered = 2004;
    public const int QueueAbandoned = 2005;
    public const int ProfileWritten = 2100;
    public const int WritesFailing = 2101;
    public const int WritesRecovered = 2102;
}
