using System.Text;

namespace Stoker.TestKit.OAuth2;

/// <summary>An answer that a test scripts in place of what the token server would say.</summary>
public sealed record TokenServerAnswer
{
    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "application/json";

    public byte[] Body { get; init; } = [];

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>Completes when the answer may go out; null for at once.</summary>
    public Task? After { get; init; }

    /// <summary>True to let the server answer for itself once <see cref="After"/> has completed.</summary>
    public bool IsServersOwn { get; init; }

    /// <summary>True for the head of an answer and one byte, and then nothing until the client gives up.</summary>
    public bool Drips { get; init; }

    /// <summary>No answer at all until the client gives up.</summary>
    public static TokenServerAnswer Hang { get; } = new() { After = Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System) };

    /// <summary>The server's own answer, but not before the task has completed.</summary>
    public static TokenServerAnswer Slow(Task after) => new() { After = after, IsServersOwn = true };

    public static TokenServerAnswer Json(string json, int status = 200) => Of(json, "application/json", status);

    public static TokenServerAnswer Of(string body, string contentType, int status = 200) =>
        new() { Status = status, ContentType = contentType, Body = Encoding.UTF8.GetBytes(body) };

    /// <summary>A refusal as RFC 6749, 5.2 has it.</summary>
    public static TokenServerAnswer Error(string error, string? description = null, int status = 400) => Json(
        System.Text.Json.JsonSerializer.Serialize(
            description is null
                ? new Dictionary<string, string> { ["error"] = error }
                : new Dictionary<string, string> { ["error"] = error, ["error_description"] = description }),
        status);

    public TokenServerAnswer With(string header, string value) =>
        this with { Headers = new Dictionary<string, string>(Headers) { [header] = value } };
}
