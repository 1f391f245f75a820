using Stoker.Components.Arguments;
using Stoker.Http;
using Stoker.Syntax;

namespace Stoker.Content.Http;

/// <summary>What <c>remote.http</c> and <c>import.http</c> ask, and how often. Immutable.</summary>
internal sealed record HttpContentArguments
{
    public string Url { get; init; } = "";

    public string Method { get; init; } = "GET";

    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    public string Body { get; init; } = "";

    public TimeSpan PollFrequency { get; init; } = TimeSpan.FromMinutes(1);

    public TimeSpan PollTimeout { get; init; } = TimeSpan.FromSeconds(10);

    public HttpClientArguments Client { get; init; } = new();

    public static BlockSchema<HttpContentArguments> Schema { get; } =
        new BlockSchema<HttpContentArguments>(new HttpContentArguments())
        .Required("url", ContentUrl.Type, a => a.Url, (a, v) => a with { Url = v }, "The URL to ask.")
        .Optional("method", ArgumentTypes.String, a => a.Method, (a, v) => a with { Method = v }, "The method of the request.")
        .Optional(
            "headers", ArgumentTypes.Map(ArgumentTypes.String), a => a.Headers, (a, v) => a with { Headers = v }, "Headers of the request.")
        .Optional("body", ArgumentTypes.String, a => a.Body, (a, v) => a with { Body = v }, "The body of the request.")
        .Optional("poll_frequency", ArgumentTypes.Duration, a => a.PollFrequency, (a, v) => a with { PollFrequency = v }, "How often to ask.")
        .Optional(
            "poll_timeout", ArgumentTypes.Duration, a => a.PollTimeout, (a, v) => a with { PollTimeout = v },
            "How long to wait for a whole answer; less than `poll_frequency`.")
        .Block("client", HttpClientArguments.Schema, a => a.Client, (a, v) => a with { Client = v }, "The connections: credentials, TLS, proxy.")
        .Validate(Check);

    private static void Check(HttpContentArguments arguments, ValidationContext context)
    {
        PollInterval.Check(arguments.PollFrequency, context, "poll_frequency");
        PollInterval.Check(arguments.PollTimeout, context, "poll_timeout");
        if (arguments.PollTimeout >= arguments.PollFrequency && arguments.PollFrequency > TimeSpan.Zero
            && !context.IsBroken("poll_timeout") && !context.IsBroken("poll_frequency"))
        {
            context.Error(
                context.IsSet("poll_timeout") ? "poll_timeout" : "poll_frequency",
                $"poll_timeout must be less than poll_frequency, got {GoDuration.Format(arguments.PollTimeout)} and {GoDuration.Format(arguments.PollFrequency)}");
        }

        if (arguments.Method.Length > 0 && !HeaderArguments.IsToken(arguments.Method))
        {
            context.Error("method", "method is no HTTP method; write one such as \"GET\" or \"POST\"");
        }
        else if (arguments.Method.Equals("CONNECT", StringComparison.OrdinalIgnoreCase))
        {
            context.Error("method", "CONNECT asks a proxy for a tunnel and no server for a text; write a method such as \"GET\" or \"POST\"");
        }

        HeaderArguments.CheckOfRequest("headers", arguments.Headers, context);
    }
}
