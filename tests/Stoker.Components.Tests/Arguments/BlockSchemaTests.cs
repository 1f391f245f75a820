using Stoker.Components.Arguments;

namespace Stoker.Components.Tests.Arguments;

public sealed class BlockSchemaTests
{
    [Fact]
    public void Decode_OnlyRequired_GivesDefaults()
    {
        SampleArguments arguments = Decoded.From("name = \"n\"");
        Assert.Equal(("n", TimeSpan.FromSeconds(15), null, 3L, true), (arguments.Name, arguments.Interval, arguments.Timeout, arguments.Count, arguments.Enabled));
        Assert.Null(arguments.Auth);
        Assert.Empty(arguments.Endpoints);
    }

    [Theory]
    [InlineData("name = \"n\"", "name = \"m\"")]
    [InlineData("timeout = \"15s\"", "")]
    [InlineData("words = [\"a\", \"b\"]", "words = [\"b\", \"a\"]")]
    [InlineData("labels = {a = \"b\"}", "labels = {a = \"c\"}")]
    [InlineData("token = \"t\"", "token = \"u\"")]
    [InlineData("targets = [{__address__ = \"a:1\"}]", "targets = [{__address__ = \"a:2\"}]")]
    [InlineData("max_labels = 9", "max_labels = 8")]
    [InlineData("auth {\nuser = \"u\"\n}", "")]
    [InlineData("auth {\nuser = \"u\"\npassword = \"p\"\n}", "auth {\nuser = \"u\"\npassword = \"q\"\n}")]
    [InlineData("endpoint {\nuser = \"u\"\n}", "endpoint {\nuser = \"u\"\n}\nendpoint {\nuser = \"u\"\n}")]
    [InlineData("endpoint {\nuser = \"u\"\n}", "endpoint {\nuser = \"v\"\n}")]
    [InlineData("profile.custom \"a\" {\nuser = \"u\"\n}", "profile.custom \"b\" {\nuser = \"u\"\n}")]
    [InlineData("profile.custom \"a\" {\nuser = \"u\"\n}", "profile.custom \"a\" {\nuser = \"v\"\n}")]
    public void AreEqual_BodiesWrittenTwice_TellsThemApartByContent(string one, string other)
    {
        static SampleArguments Decode(string body) => Decoded.From(body.StartsWith("name", StringComparison.Ordinal) ? body : "name = \"n\"\n" + body);

        Assert.True(SampleArguments.Schema.AreEqual(Decode(one), Decode(one)));
        Assert.False(SampleArguments.Schema.AreEqual(Decode(one), Decode(other)));
        Assert.False(SampleArguments.Schema.AreEqual(Decode(other), Decode(one)));
    }

    [Fact]
    public void Decode_Everything_GivesWhatIsWritten()
    {
        SampleArguments arguments = Decoded.From("""
            name = "n"
            interval = "1m30s"
            timeout = "5s"
            count = 7
            ratio = 2
            enabled = false
            limit = "1.5KiB"
            scheme = "https"
            token = "t"
            words = ["a", 1]
            labels = {a = "b", "c d" = 1.5}
            forward_to = [write.receiver]
            max_labels = 9
            auth {
                user = "u"
                password = vault.secret
            }
            endpoint { user = "first" }
            endpoint { user = "second" }
            profile.custom "heap" { user = "h" }
            """);
        Assert.Equal(("n", TimeSpan.FromSeconds(90), TimeSpan.FromSeconds(5), 7L, 2.0), (arguments.Name, arguments.Interval, arguments.Timeout, arguments.Count, arguments.Ratio));
        Assert.Equal((false, 1536L, "https", "t", 9L), (arguments.Enabled, arguments.Limit, arguments.Scheme, arguments.Token.Content, arguments.Limits.MaxLabels));
        Assert.Equal(["a", "1"], arguments.Words);
        Assert.Equal([new("a", "b"), new("c d", "1.5")], arguments.Labels);
        Assert.Equal("write", Assert.Single(arguments.ForwardTo).ComponentId);
        Assert.Equal(("u", "s3cret"), (arguments.Auth?.User, arguments.Auth?.Password.Content));
        Assert.Equal(["first", "second"], arguments.Endpoints.Select(endpoint => endpoint.User));
        Assert.Equal(("heap", "h"), (arguments.Customs[0].BlockLabel, arguments.Customs[0].Arguments.User));
    }

    [Theory]
    [InlineData("intervall = \"1s\"", "3:1: unrecognized attribute \"intervall\"; did you mean \"interval\"?")]
    [InlineData("auht {}", "3:1: unrecognized block \"auht\"; did you mean \"auth\"?")]
    [InlineData("profile {}", "3:1: unrecognized block \"profile\"; such blocks are written with their whole name, as in profile.custom { ... }")]
    [InlineData("unknown = missing", "3:1: unrecognized attribute \"unknown\"")]
    [InlineData("count {}", "3:1: \"count\" must be written as an attribute: count = ...")]
    [InlineData("auth = 1", "3:1: \"auth\" must be written as a block: auth { ... }")]
    [InlineData("count = 1\ncount = 2", "4:1: attribute \"count\" may be written only once; it stands already at 3:1")]
    [InlineData("auth { user = \"u\" }\nauth { user = \"v\" }", "4:1: block \"auth\" may be written only once; it stands already at 3:1")]
    [InlineData("auth {}", "3:1: missing required attribute \"user\"")]
    [InlineData("auth \"x\" {\nuser = 1 / 0\n}", "3:6: block \"auth\" takes no label\n4:12: division by zero")]
    [InlineData("endpoint \"x\" { user = \"u\" }", "3:10: block \"endpoint\" takes no label")]
    [InlineData("profile.custom { user = \"u\" }", "3:1: block \"profile.custom\" needs a label that is not empty: profile.custom \"LABEL\" { ... }")]
    [InlineData("profile.custom \"\" { user = \"u\" }", "3:1: block \"profile.custom\" needs a label that is not empty: profile.custom \"LABEL\" { ... }")]
    [InlineData("profile.custom \"a\" { user = \"u\" }\nprofile.custom \"a\" { user = \"v\" }", "4:16: block \"profile.custom\" with the label \"a\" stands already at 3:16; each needs a label of its own")]
    [InlineData("max_labels = -1", "3:1: max_labels is below zero")]
    [InlineData("endpoint { user = \"\" }", "3:12: the user is empty")]
    [InlineData("timeout = \"1m\"", "3:1: the timeout is over the interval")]
    [InlineData("interval = \"1s\"\ntimeout = \"2s\"", "4:1: the timeout is over the interval")]
    public void Decode_Mistake_NamesPlaceAndRemedy(string body, string expected) => Assert.Equal(expected, Decoded.Errors(body));

    [Fact]
    public void Decode_SeveralMistakes_ReportsAllOfThem()
    {
        Assert.Null(Decoded.From("count = \"a\"\ninterval = 5\nx = 1\nauth {\n\tpassword = []\n}\nwords = [true, missing]\nlabels = {a = [], b = {}}", out IReadOnlyList<string> messages));
        Assert.Equal(
            [
                "1:1: missing required attribute \"name\"",
                "2:9: \"a\" should be a whole number of at most 64 bits",
                "3:12: 5 should be a duration such as \"15s\" or \"1m30s\": \"5\" has no unit; units are ns, us, ms, s, m and h; did you mean \"5s\"?",
                "4:1: unrecognized attribute \"x\"",
                "5:1: missing required attribute \"user\"",
                "6:13: the value should be a secret or a string, got array",
                "8:16: identifier \"missing\" does not exist",
                "9:15: [] should be string, got array",
                "9:23: {} should be string, got object",
            ],
            messages);
    }

    [Fact]
    public void Decode_Warning_DoesNotFail()
    {
        Assert.NotNull(Decoded.From("name = \"n\"\nauth {\n\tuser = \"root\"\n}", out IReadOnlyList<string> messages));
        Assert.Equal(["4:2: root is a bad user"], messages);
    }

    [Theory]
    [InlineData("count = broken")]
    [InlineData("words = [broken]")]
    [InlineData("words = [\"a\", partly.broken]")]
    [InlineData("words = partly.list")]
    [InlineData("words = array.concat([\"a\"], partly.list)")]
    [InlineData("labels = space")]
    [InlineData("labels = {a = broken}")]
    [InlineData("targets = [broken]")]
    [InlineData("targets = [space]")]
    [InlineData("targets = [{a = partly.broken}]")]
    [InlineData("targets = partly.list")]
    [InlineData("forward_to = [partly.broken, write.receiver]")]
    [InlineData("forward_to = partly.list")]
    [InlineData("token = broken")]
    [InlineData("timeout = broken")]
    [InlineData("auth {\n\tuser = broken.name\n}")]
    [InlineData("profile.custom \"x\" {\n\tuser = string.format(\"%s\", broken)\n}")]
    public void Decode_ReferenceToBrokenComponent_FailsSilently(string body) => Assert.Equal("", Decoded.Errors(body));

    [Fact]
    public void Decode_BrokenReferenceBesideMistake_ReportsTheMistakeOnly() =>
        Assert.Equal("3:9: mixed[1] should be string, got bool", Decoded.Errors("words = mixed"));

    [Fact]
    public void Decode_Null_IsTheZeroValue()
    {
        SampleArguments arguments = Decoded.From(
            "name = null\ninterval = null\ntimeout = null\ncount = null\nenabled = null\ntoken = null\nwords = null\nlabels = null\ntargets = null\nforward_to = null");
        Assert.Equal(("", TimeSpan.Zero, null, 0L, false, ""), (arguments.Name, arguments.Interval, arguments.Timeout, arguments.Count, arguments.Enabled, arguments.Token.Content));
        Assert.Empty(arguments.Words);
        Assert.Empty(arguments.Labels);
        Assert.Empty(arguments.Targets);
        Assert.Empty(arguments.ForwardTo);
        Assert.Equal(["", "a"], Decoded.From("name = \"n\"\nwords = [null, \"a\"]").Words);
    }

    [Fact]
    public void Render_Arguments_ShowsWhatDiffersAndNoSecret()
    {
        SampleArguments arguments = Decoded.From(
            "name = \"n\"\ncount = 3\ntimeout = \"5s\"\ntoken = \"s3cret\"\nauth {\n\tuser = \"u\"\n\tpassword = \"s3cret\"\n}\nprofile.custom \"heap\" { user = \"h\" }");
        Assert.Equal(
            "name = \"n\"; timeout = \"5s\"; token = (secret); auth { user = \"u\"; password = (secret) }; profile.custom \"heap\" { user = \"h\" }",
            Shown(SampleArguments.Schema.Render(arguments)));
    }

    [Fact]
    public void ReferenceTable_Of_HasARowForEachAttributeAndBlock()
    {
        string[] lines = ReferenceTable.Of(SampleArguments.Schema).Split('\n');
        Assert.Equal("| Name | Type | Description | Default | Required |", lines[0]);
        Assert.Equal("| --- | --- | --- | --- | --- |", lines[1]);
        Assert.Equal("| `name` | `string` | The name \\| with a bar. |  | yes |", lines[2]);
        Assert.Equal("| `interval` | `duration` | How often. | `\"15s\"` | no |", lines[3]);
        Assert.Equal("| `timeout` | `duration` | How long. | `the interval` | no |", lines[4]);
        Assert.Equal("| `enabled` | `bool` | Whether. | `true` | no |", lines[7]);
        Assert.Equal("| `limit` | `size` | How large. | `\"16MiB\"` | no |", lines[8]);
        Assert.Contains("| `auth` | `block` | Who. |  | no |", lines);
        Assert.Contains("| `auth > user` | `string` | The user. |  | yes |", lines);
        Assert.Contains("| `profile.custom > password` | `secret` | The password. |  | no |", lines);
        Assert.Contains("| `max_labels` | `number` | Most labels. |  | no |", lines);
        Assert.Equal("", lines[^1]);
    }

    private static string Shown(IReadOnlyList<BodyItem> items) => string.Join("; ", items.Select(item => item switch
    {
        BodyAttribute attribute => $"{attribute.Name} = {ValueText.Format(attribute.Value)}",
        BodyBlock { BlockLabel: { } label } block => $"{block.Name} \"{label}\" {{ {Shown(block.Body)} }}",
        BodyBlock block => $"{block.Name} {{ {Shown(block.Body)} }}",
        _ => throw new InvalidOperationException(item.ToString()),
    }));
}
