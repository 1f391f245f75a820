using Stoker.Commands;
using Stoker.Labels;

namespace Stoker.Tests;

public sealed class TargetQueryTests
{
    [Theory]
    [InlineData("10.0.0.7:6060", "__address__", "10.0.0.7:6060")]
    [InlineData("http://web:80/debug/pprof/allocs", "__address__", "web:80")]
    [InlineData("https://user:word@web:443?seconds=1", "__address__", "web:443")]
    [InlineData("http://[::1]:6060/", "__address__", "[::1]:6060")]
    [InlineData("team=a=b", "team", "a=b")]
    [InlineData("team=\"a b\"", "team", "a b")]
    public void TryParse_OneWord_IsALabelThatMustMatch(string word, string name, string value)
    {
        Assert.True(TargetQuery.TryParse([word], out TargetQuery? query, out _));
        Assert.Equal([new Label(name, value)], query.Required);
    }

    [Theory]
    [InlineData("""{a="C:\\new"}""", @"C:\new")]
    [InlineData("""{a="one\ntwo"}""", "one\ntwo")]
    [InlineData("""{a="say \"no\""}""", "say \"no\"")]
    [InlineData("""{ "a" = "x" , }""", "x")]
    public void TryParse_WholeSet_ReadsEscapes(string text, string value)
    {
        Assert.True(TargetQuery.TryParse([text], out TargetQuery? query, out string mistake), mistake);
        Assert.Equal(LabelSet.Of(("a", value)), query.Whole);
    }

    [Theory]
    [InlineData("=x", "is neither an address")]
    [InlineData("--discovery-timout", "no option --discovery-timout")]
    [InlineData("127.0.0.1:1,svc=x", "arguments of their own")]
    [InlineData("{a=x}", "double quotes")]
    [InlineData("{a=\"x\"", "a comma or a closing brace")]
    [InlineData("{a=\"x\"} b", "nothing stands behind")]
    [InlineData("{a}", "name=\"value\"")]
    public void TryParse_SomethingElse_SaysWhatIsWrong(string word, string mistake)
    {
        Assert.False(TargetQuery.TryParse([word], out _, out string said));
        Assert.Contains(mistake, said, StringComparison.Ordinal);
    }
}
