using Stoker.Syntax.Values;

namespace Stoker.Components.Tests.Arguments;

public sealed class ArgumentTypeTests
{
    [Theory]
    [InlineData("words = [1, 2.50, 1e21, 1e-7, -0.5, 18446744073709551615]", "1 2.5 1000000000000000000000 0.0000001 -0.5 18446744073709551615")]
    [InlineData("words = [vault.plain]", "15s")]
    public void String_FromNumbersAndPlainSecrets_IsTheirText(string body, string expected) =>
        Assert.Equal(expected, string.Join(' ', Decoded.From("name = \"n\"\n" + body).Words));

    [Theory]
    [InlineData("count = 5", 5)]
    [InlineData("count = 5.0", 5)]
    [InlineData("count = \"5\"", 5)]
    [InlineData("count = \"-5\"", -5)]
    [InlineData("count = vault.number", 5)]
    [InlineData("count = 2 ^ 10", 1024)]
    public void Integer_Valid_IsTheNumber(string body, long expected) => Assert.Equal(expected, Decoded.From("name = \"n\"\n" + body).Count);

    [Theory]
    [InlineData("ratio = \"-1.5\"", -1.5)]
    [InlineData("ratio = \"1e3\"", 1000)]
    [InlineData("ratio = 7", 7)]
    public void Float_Valid_IsTheNumber(string body, double expected) => Assert.Equal(expected, Decoded.From("name = \"n\"\n" + body).Ratio);

    [Theory]
    [InlineData("limit = \"0\"", 0)]
    [InlineData("limit = 0", 0)]
    [InlineData("limit = \"10B\"", 10)]
    [InlineData("limit = \"2KB\"", 2048)]
    [InlineData("limit = \"1.5MiB\"", 1572864)]
    [InlineData("limit = \"1GiB512MiB\"", 1610612736)]
    public void ByteSize_Valid_IsTheNumberOfBytes(string body, long expected) => Assert.Equal(expected, Decoded.From("name = \"n\"\n" + body).Limit);

    [Theory]
    [InlineData("interval = vault.plain", 15)]
    [InlineData("interval = 0", 0)]
    [InlineData("interval = \"-1m\"", -60)]
    public void Duration_Valid_IsTheTime(string body, int seconds) =>
        Assert.Equal(TimeSpan.FromSeconds(seconds), Decoded.From("name = \"n\"\n" + body).Interval);

    [Theory]
    [InlineData("token = vault.secret", "s3cret")]
    [InlineData("token = vault.hidden", "s3cret")]
    [InlineData("token = vault.plain", "15s")]
    [InlineData("token = \"x\" + vault.secret", "xs3cret")]
    public void Secret_FromSecretsAndStrings_IsASecret(string body, string expected)
    {
        SecretValue token = Decoded.From("name = \"n\"\n" + body).Token;
        Assert.Equal((expected, "(secret)"), (token.Content, token.Display));
    }

    [Theory]
    [InlineData("name2 = 1", "3:1: unrecognized attribute \"name2\"; did you mean \"name\"?")]
    [InlineData("count = 1.5", "3:9: 1.5 should be a whole number of at most 64 bits")]
    [InlineData("count = 9223372036854775808", "3:9: 9223372036854775808 should be a whole number of at most 64 bits")]
    [InlineData("count = \"+5\"", "3:9: \"+5\" should be a whole number of at most 64 bits")]
    [InlineData("count = \"\"", "3:9: \"\" should be a whole number of at most 64 bits")]
    [InlineData("count = true", "3:9: true should be number, got bool")]
    [InlineData("ratio = \"NaN\"", "3:9: \"NaN\" should be a number such as \"1.5\"")]
    [InlineData("ratio = \"1e999\"", "3:9: \"1e999\" should be a number such as \"1.5\"")]
    [InlineData("ratio = \" 1\"", "3:9: \" 1\" should be a number such as \"1.5\"")]
    [InlineData("ratio = []", "3:9: [] should be number, got array")]
    [InlineData("enabled = \"true\"", "3:11: \"true\" should be bool, got string; write true without quotes")]
    [InlineData("interval = \"1d\"", "3:12: \"1d\" should be a duration such as \"15s\" or \"1m30s\": unknown unit \"d\"; units are ns, us, ms, s, m and h; write 1d as 24h")]
    [InlineData("interval = true", "3:12: true should be duration, got bool")]
    [InlineData("limit = 5", "3:9: 5 should be a size such as \"16MiB\" (a number with one of B, KiB, MiB, GiB, TiB)")]
    [InlineData("limit = \"5XB\"", "3:9: \"5XB\" should be a size such as \"16MiB\" (a number with one of B, KiB, MiB, GiB, TiB)")]
    [InlineData("limit = \"16\"", "3:9: \"16\" should be a size such as \"16MiB\" (a number with one of B, KiB, MiB, GiB, TiB)")]
    [InlineData("limit = \"99999999999EiB\"", "3:9: \"99999999999EiB\" should be a size such as \"16MiB\" (a number with one of B, KiB, MiB, GiB, TiB)")]
    [InlineData("limit = \"\"", "3:9: \"\" should be a size such as \"16MiB\" (a number with one of B, KiB, MiB, GiB, TiB)")]
    [InlineData("scheme = \"htps\"", "3:10: \"htps\" should be one of \"http\", \"https\"; did you mean \"https\"?")]
    [InlineData("name3 {}", "3:1: unrecognized block \"name3\"")]
    [InlineData("words = \"a\"", "3:9: \"a\" should be list(string), got string; put it into brackets to make it a list of one")]
    [InlineData("words = {}", "3:9: {} should be list(string), got object")]
    [InlineData("words = [\"a\",\n[\"b\"]]", "4:1: [\"b\"] should be string, got array")]
    [InlineData("words = list", "3:9: list[1] should be string, got bool")]
    [InlineData("words = ([\n\"a\", (true)])", "4:6: (true) should be string, got bool")]
    [InlineData("words = array.concat([\"a\", true], list)", "3:28: true should be string, got bool\n3:9: array.concat([\"a\", true], list)[3] should be string, got bool")]
    [InlineData("words = array.concat(list, [\n\"a\", false])", "3:9: the value[1] should be string, got bool\n4:6: false should be string, got bool")]
    [InlineData("labels = [1]", "3:10: [1] should be map(string), got array")]
    [InlineData("labels = {a = {b = 1}}", "3:15: {b = 1} should be string, got object")]
    [InlineData("labels = {a = vault}", "3:15: vault should be string, got object")]
    [InlineData("words = [vault.secret]", "3:10: vault.secret is a secret and may not become a string; convert.nonsensitive makes it one where that is meant")]
    [InlineData("labels = {a = vault.hidden}", "3:15: vault.hidden is a secret and may not become a string; convert.nonsensitive makes it one where that is meant")]
    [InlineData("count = vault.secret", "3:9: vault.secret should be number, got capsule(\"secret\")")]
    [InlineData("token = 12345678", "3:9: the value should be a secret or a string, got number")]
    [InlineData("forward_to = write.receiver", "3:14: write.receiver should be list(ProfilesReceiver), got capsule(\"ProfilesReceiver\"); put it into brackets to make it a list of one")]
    [InlineData("forward_to = [write]", "3:15: write should be a receiver of profiles, got object; did you mean its .receiver?")]
    [InlineData("forward_to = [null]", "3:15: null should be a receiver of profiles, got null")]
    [InlineData("forward_to = [[write.receiver]]", "3:15: [write.receiver] should be a receiver of profiles, got array")]
    [InlineData("forward_to = [discovery.targets]", "3:15: discovery.targets should be a receiver of profiles, got array")]
    [InlineData("targets = discovery", "3:11: discovery should be list(map(string)), got object; did you mean its .targets?")]
    [InlineData("targets = [discovery]", "3:12: discovery should be a target, which is an object of labels, got object; did you mean its .targets?")]
    [InlineData("targets = {\"__address__\" = \"a:1\"}", "3:11: {\"__address__\" = \"a:1\"} should be list(map(string)), got object; put it into brackets to make it a list of one")]
    [InlineData("targets = [\"a:1\", null]", "3:12: \"a:1\" should be a target, which is an object of labels, got string; write {\"__address__\" = \"HOST:PORT\"}\n3:19: null should be a target, which is an object of labels, got null")]
    [InlineData("targets = [{a = null,\nb = [], c = vault.secret}]", "3:17: null should be the text of the label \"a\", got null\n4:5: [] should be the text of the label \"b\", got array\n4:13: vault.secret should be the text of the label \"c\", got capsule(\"secret\")")]
    [InlineData("targets = [[[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]]]", "3:27: [[]] should be a target, which is an object of labels, got array")]
    public void TryConvert_WrongValue_NamesTheElement(string body, string expected) =>
        Assert.Equal(string.Join('\n', expected.Split('\n').Order(StringComparer.Ordinal)), string.Join('\n', Decoded.Errors(body).Split('\n').Order(StringComparer.Ordinal)));

    [Fact]
    public void Targets_ListsInsideTheList_AreFlattened()
    {
        IReadOnlyList<Target> targets = Decoded.From(
            "name = \"n\"\ntargets = [discovery.targets, {\"__address__\" = \"l:1\", port = 80, up = true, empty = \"\"}, discovery.targets[1]]").Targets;
        Assert.Equal(["{__address__=\"d:1\"}", "{__address__=\"d:2\"}", "{__address__=\"l:1\", port=\"80\", up=\"true\"}", "{__address__=\"d:2\"}"], targets.Select(target => target.Labels.ToString()));
        Assert.Equal([false, false, true, false], targets.Select(target => target.Literal is not null));
    }

    [Theory]
    [InlineData("targets = array.concat([{a = \"1\"}], discovery.targets, [{a = \"2\"}])", "{a = \"1\"}|-|-|{a = \"2\"}")]
    [InlineData("targets = array.concat(discovery.targets, discovery.targets)", "-|-|-|-")]
    [InlineData("targets = ([{a = \"1\"}])", "{a = \"1\"}")]
    public void Targets_WrittenOut_KnowTheirPlace(string body, string expected) =>
        Assert.Equal(expected, string.Join('|', Decoded.From("name = \"n\"\n" + body).Targets.Select(target => target.Literal?.Text ?? "-")));

    [Fact]
    public void Map_FromTarget_IsItsLabels() =>
        Assert.Equal([new("__address__", "d:1")], Decoded.From("name = \"n\"\nlabels = discovery.targets[0]").Labels);

    [Fact]
    public void Access_IntoTarget_GivesTheLabel() =>
        Assert.Equal("d:2", Decoded.From("name = discovery.targets[1].__address__").Name);
}
