using System.CommandLine;
using Stoker.Commands;

namespace Stoker.Tests.Commands;

public sealed class CommandLineMistakeTests
{
    [Theory]
    [InlineData("vaildate x", "there is no command \"vaildate\"; did you mean \"validate\"? (there are: run, ", "See `stoker --help`.")]
    [InlineData("frobnicate", "there is no command \"frobnicate\" (there are: run, ", "See `stoker --help`.")]
    [InlineData("--versoin", "stoker has no flag \"--versoin\"; did you mean \"--version\"?", "See `stoker --help`.")]
    [InlineData("validate --jsn x", "stoker validate has no flag \"--jsn\"; did you mean \"--json\"?", "See `stoker validate --help`.")]
    [InlineData("validate -json x", "stoker validate has no flag \"-json\"; did you mean \"--json\"?", "See `stoker validate --help`.")]
    [InlineData("validate --stabilty.level=experimental x", "stoker validate has no flag \"--stabilty.level\"; did you mean \"--stability.level\"?", "")]
    [InlineData("validate --hlep", "stoker validate has no flag \"--hlep\"; did you mean \"--help\"?", "")]
    [InlineData("run x --frobnicate", "stoker run has no flag \"--frobnicate\"\n", "")]
    [InlineData("validate", "stoker validate needs PATH: a configuration file, ", "")]
    [InlineData("explain x", "stoker explain needs TARGET: an address", "")]
    [InlineData("validate a b", "stoker validate takes one PATH; what is \"b\" for?", "")]
    [InlineData("run x --storage.path", "--storage.path needs DIRECTORY", "")]
    [InlineData("run x --stop-after=1d", "--stop-after: \"1d\" is not a duration such as 30s or 1m30s: unknown unit \"d\"; units are ns, us, ms, s, m and h; write 1d as 24h", "")]
    [InlineData("run x --stability.level=experimentl", "--stability.level: \"experimentl\" is none of experimental, public-preview, generally-available; did you mean \"experimental\"?", "")]
    public void Describe_WrongCommandLine_SaysWhatWasMeant(string line, string message, string reference)
    {
        ParseResult parsed = CommandLine.Create().Parse(line.Split(' '));

        Assert.True(parsed.Errors.Count > 0 || CommandLineMistake.HasFlagAsArgument(parsed));
        string said = CommandLineMistake.Describe(parsed);
        Assert.StartsWith("Error: " + message, said, StringComparison.Ordinal);
        Assert.Equal(2, said.Count(c => c == '\n'));
        Assert.EndsWith(reference + (reference.Length > 0 ? "\n" : ""), said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("validate -")]
    [InlineData("validate -- --odd.alloy")]
    [InlineData("run --config.extra-args -x config.alloy")]
    [InlineData("run --server.http.enable-pprof=false --cluster.enabled=false config.alloy")]
    public void HasFlagAsArgument_RightCommandLine_IsFalse(string line)
    {
        ParseResult parsed = CommandLine.Create().Parse(line.Split(' '));

        Assert.Empty(parsed.Errors);
        Assert.False(CommandLineMistake.HasFlagAsArgument(parsed));
    }
}
