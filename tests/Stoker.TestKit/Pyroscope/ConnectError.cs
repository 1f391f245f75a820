using System.Text.Json;

namespace Stoker.TestKit.Pyroscope;

/// <summary>An error of the Connect protocol: its code in the wire's words, and what is wrong.</summary>
public sealed record ConnectError(string Code, string Message)
{
    /// <summary>The HTTP status that goes with the code, or one that the transport gives of its own.</summary>
    public int Status { get; init; } = StatusOf(Code);

    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(new { code = Code, message = Message });

    public static ConnectError InvalidArgument(string message) => new("invalid_argument", message);

    private static int StatusOf(string code) => code switch
    {
        "canceled" => 499,
        "invalid_argument" or "failed_precondition" or "out_of_range" => 400,
        "deadline_exceeded" => 504,
        "not_found" => 404,
        "already_exists" or "aborted" => 409,
        "permission_denied" => 403,
        "resource_exhausted" => 429,
        "unimplemented" => 501,
        "unavailable" => 503,
        "unauthenticated" => 401,
        _ => 500,
    };
}
