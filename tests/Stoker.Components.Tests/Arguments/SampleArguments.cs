using Stoker.Components.Arguments;
using Stoker.Syntax.Values;

namespace Stoker.Components.Tests.Arguments;

internal sealed record SampleArguments
{
    public string Name { get; init; } = "";

    public TimeSpan Interval { get; init; } = TimeSpan.FromSeconds(15);

    public TimeSpan? Timeout { get; init; }

    public long Count { get; init; } = 3;

    public double Ratio { get; init; } = 0.5;

    public bool Enabled { get; init; } = true;

    public long Limit { get; init; } = 16 << 20;

    public string Scheme { get; init; } = "http";

    public SecretValue Token { get; init; } = new("");

    public IReadOnlyList<string> Words { get; init; } = [];

    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    public IReadOnlyList<Target> Targets { get; init; } = [];

    public IReadOnlyList<ProfileReceiverValue> ForwardTo { get; init; } = [];

    public SampleAuth? Auth { get; init; }

    public IReadOnlyList<SampleAuth> Endpoints { get; init; } = [];

    public IReadOnlyList<Labelled<SampleAuth>> Customs { get; init; } = [];

    public SampleLimits Limits { get; init; } = new();

    public static BlockSchema<SampleArguments> Schema { get; } = new BlockSchema<SampleArguments>(new SampleArguments())
        .Required("name", ArgumentTypes.String, a => a.Name, (a, v) => a with { Name = v }, "The name | with a bar.")
        .Optional("interval", ArgumentTypes.Duration, a => a.Interval, (a, v) => a with { Interval = v }, "How often.")
        .Optional("timeout", ArgumentTypes.Duration.OrUnset(), a => a.Timeout, (a, v) => a with { Timeout = v }, "How long.", "the interval")
        .Optional("count", ArgumentTypes.Integer, a => a.Count, (a, v) => a with { Count = v }, "How many.")
        .Optional("ratio", ArgumentTypes.Float, a => a.Ratio, (a, v) => a with { Ratio = v }, "How much.")
        .Optional("enabled", ArgumentTypes.Bool, a => a.Enabled, (a, v) => a with { Enabled = v }, "Whether.")
        .Optional("limit", ArgumentTypes.ByteSize, a => a.Limit, (a, v) => a with { Limit = v }, "How large.")
        .Optional("scheme", ArgumentTypes.OneOf("http", "https"), a => a.Scheme, (a, v) => a with { Scheme = v }, "Which.")
        .Optional("token", ArgumentTypes.Secret, a => a.Token, (a, v) => a with { Token = v }, "The secret.")
        .Optional("words", ArgumentTypes.List(ArgumentTypes.String), a => a.Words, (a, v) => a with { Words = v }, "Words.")
        .Optional("labels", ArgumentTypes.Map(ArgumentTypes.String), a => a.Labels, (a, v) => a with { Labels = v }, "Labels.")
        .Optional("targets", ArgumentTypes.Targets, a => a.Targets, (a, v) => a with { Targets = v }, "Targets.")
        .Optional("forward_to", ArgumentTypes.Receivers, a => a.ForwardTo, (a, v) => a with { ForwardTo = v }, "Receivers.")
        .Block("auth", SampleAuth.Schema, a => a.Auth, (a, v) => a with { Auth = v }, "Who.")
        .Blocks("endpoint", SampleAuth.Schema, a => a.Endpoints, (a, v) => a with { Endpoints = v }, "Where.")
        .LabelledBlocks("profile.custom", SampleAuth.Schema, a => a.Customs, (a, v) => a with { Customs = v }, "What.")
        .Squash(SampleLimits.Schema, a => a.Limits, (a, v) => a with { Limits = v })
        .Validate((a, context) =>
        {
            if (a.Timeout > a.Interval)
            {
                context.Error("timeout", "the timeout is over the interval");
            }

            if (a.Auth is { User: "root" })
            {
                context.Warning("auth/user", "root is a bad user");
            }
        });
}

internal sealed record SampleAuth
{
    public string User { get; init; } = "nobody";

    public SecretValue Password { get; init; } = new("");

    public static BlockSchema<SampleAuth> Schema { get; } = new BlockSchema<SampleAuth>(new SampleAuth())
        .Required("user", ArgumentTypes.String, a => a.User, (a, v) => a with { User = v }, "The user.")
        .Optional("password", ArgumentTypes.Secret, a => a.Password, (a, v) => a with { Password = v }, "The password.")
        .Validate((a, context) =>
        {
            if (a.User.Length == 0)
            {
                context.Error("user", "the user is empty");
            }
        });
}

internal sealed record SampleLimits
{
    public long MaxLabels { get; init; }

    public static BlockSchema<SampleLimits> Schema { get; } = new BlockSchema<SampleLimits>(new SampleLimits())
        .Optional("max_labels", ArgumentTypes.Integer, a => a.MaxLabels, (a, v) => a with { MaxLabels = v }, "Most labels.")
        .Validate((a, context) =>
        {
            if (a.MaxLabels < 0)
            {
                context.Error("max_labels", "max_labels is below zero");
            }
        });
}
