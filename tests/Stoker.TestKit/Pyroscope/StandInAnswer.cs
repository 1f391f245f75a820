namespace Stoker.TestKit.Pyroscope;

/// <summary>An answer that a test scripts, in place of what the stand-in would say of itself.</summary>
public sealed record StandInAnswer
{
    public int Status { get; init; } = 200;

    public string? ContentType { get; init; }

    public byte[] Body { get; init; } = [];

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>How the connection behaves.</summary>
    public StandInFault Fault { get; init; }

    /// <summary>True to keep what the push brought, as a server does whose answer is then lost.</summary>
    public bool Stores { get; init; }

    /// <summary>Completes when the answer may go out; null for at once.</summary>
    public Task? After { get; init; }

    /// <summary>No answer at all until the client gives up.</summary>
    public static StandInAnswer Hang { get; } = new() { Fault = StandInFault.Hang };

    /// <summary>The connection is cut with the request half read or read whole.</summary>
    public static StandInAnswer Reset { get; } = new() { Fault = StandInFault.Reset };

    /// <summary>The head of an answer, and then a byte now and then, without end.</summary>
    public static StandInAnswer Drip { get; } = new() { Fault = StandInFault.Drip, ContentType = "application/proto" };

    public static StandInAnswer Error(string code, string message) => Of(new ConnectError(code, message));

    public static StandInAnswer Of(ConnectError error) =>
        new() { Status = error.Status, ContentType = "application/json", Body = error.ToJson() };

    /// <summary>What a proxy says: a status and a page.</summary>
    public static StandInAnswer Plain(int status, string body = "", string contentType = "text/html") =>
        new() { Status = status, ContentType = contentType, Body = System.Text.Encoding.UTF8.GetBytes(body) };

    public StandInAnswer With(string header, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers) { [header] = value } };
}
