using Stoker.TestKit.Programs;
using Xunit.Sdk;

namespace Stoker.EndToEndTests;

public sealed class RequiredProgramTests
{
    [Fact]
    public void FindOrSkip_OfAProgramThatIsMissing_NamesThePackageAndFailsOnABuildServerOnly()
    {
        Exception thrown;
        try
        {
            string path = RequiredProgram.FindOrSkip("no-such-program", "no-such-package");
            throw new InvalidOperationException($"There is such a program: {path}");
        }
        catch (XunitException exception)
        {
            thrown = exception;
        }

        bool isBuildServer = Environment.GetEnvironmentVariable("CI") == "true";
        Assert.Contains("no-such-program", thrown.Message, StringComparison.Ordinal);
        Assert.Contains("no-such-package", thrown.Message, StringComparison.Ordinal);
        Assert.Equal(isBuildServer, thrown is FailException);
    }
}
