using System.Text;
using Stoker.Discovery.Processes;

namespace Stoker.Discovery.Tests.Processes;

public sealed class ProcTextTests
{
    [Theory]
    [InlineData("4869 (cat) R 4809 4809 17103 0 -1 4194304 103 0 0 0 0 0", true)]
    [InlineData("2 (kthreadd) S 0 0 0 0 -1 2129984 0 0 0 0 0 1", false)]
    [InlineData("7 (sh) Z 1 7 7 0 -1 4227084 0 0", false)]
    [InlineData("7 (a) Z (b) S 1 7 7 0 -1 4194304 0 0", true)]
    [InlineData("7 (\n) ) Z 1 7 7 0 -1 4194304 0 0", false)]
    [InlineData("7 (cat) S", true)]
    [InlineData("7 (cat) ", false)]
    [InlineData("", false)]
    public void RunsAProgram_OfAStatLine_LeavesOutThreadsOfTheKernelAndTheDead(string stat, bool expected) =>
        Assert.Equal(expected, ProcText.RunsAProgram(Encoding.UTF8.GetBytes(stat)));

    [Theory]
    [InlineData("Name:\tcat\nUid:\t1000\t1001\t1002\t1003\nGid:\t7\t7\t7\t7\n", 1000u)]
    [InlineData("Name:\tUid: 5\nUid:\t4294967295\t0\t0\t0", 4294967295u)]
    [InlineData("Name:\tcat\nUid:\tx\n", null)]
    [InlineData("Name:\tcat\nUid:", null)]
    [InlineData("", null)]
    public void UserOf_AStatus_IsTheRealUser(string status, uint? expected) =>
        Assert.Equal(expected, ProcText.UserOf(Encoding.UTF8.GetBytes(status)));

    [Theory]
    [InlineData("sleep\01000\0", "sleep 1000")]
    [InlineData("sh\0-c\0\0echo  a\n\0", "sh -c echo  a\n")]
    [InlineData("nginx: worker process", "nginx: worker process")]
    [InlineData("\0\0\0", "")]
    [InlineData("", "")]
    public void CommandLine_OfArguments_HasSpacesBetweenThem(string arguments, string expected) =>
        Assert.Equal(expected, ProcText.CommandLine(Encoding.UTF8.GetBytes(arguments)));

    [Fact]
    public void CommandLine_OfBytesThatAreNoText_IsText() =>
        Assert.Equal("a\uFFFDb c", ProcText.CommandLine([(byte)'a', 0xFF, (byte)'b', 0, (byte)'c']));

    [Theory]
    [InlineData("a", 4096)]
    [InlineData("é", 2048)]
    [InlineData("€", 1365)]
    [InlineData("𝕏", 1024)]
    public void CommandLine_ThatIsTooLong_IsCutBetweenCharacters(string character, int characters)
    {
        string text = string.Concat(Enumerable.Repeat(character, 5000));
        byte[] bytes = Encoding.UTF8.GetBytes(text)[..(ProcText.MaxCommandLineBytes + 1)];
        Assert.Equal(string.Concat(Enumerable.Repeat(character, characters)), ProcText.CommandLine(bytes));
    }

    [Fact]
    public void CgroupPath_OfSeveralHierarchies_HasThemAll()
    {
        Assert.Equal("0::/system.slice/ssh.service", ProcText.CgroupPath("0::/system.slice/ssh.service\n"u8));
        Assert.Equal("3:cpu:/a|1:name=systemd:/b|0::/", ProcText.CgroupPath("3:cpu:/a\n1:name=systemd:/b\n0::/\n"u8));
    }

    [Fact]
    public void UserNames_OfAList_PassesOverWhatIsNoUser()
    {
        Dictionary<uint, string> names = ProcText.UserNames(
            """
            root:x:0:0:root:/root:/bin/bash
            toor:x:0:0::/:

            # comment
            +::::::
            bad:x:minus:1::/:
            :x:5:5::/:
            alice:x:1000:1000:A,B:/home/alice:/bin/sh
            """u8);
        Assert.Equal([(0u, "root"), (1000u, "alice")], names.Select(name => (name.Key, name.Value)));
    }

    [Fact]
    public void Readers_OfMutatedFiles_NeverThrowAndStayBounded()
    {
        string[] seeds =
        [
            "4869 (c)at) R 4809 4809 17103 0 -1 4194304 103 0 0", "Name:\tcat\nUid:\t1000\t1001\t1002\t1003\n", "sh\0-c\0echo é\0",
            "3:cpu:/docker/" + new string('a', 64) + "\n0::/x-" + new string('b', 64) + ".scope\n", "root:x:0:0::/:/bin/sh\nalice:x:1000:1000::/:\n",
        ];
        var random = new Random(1);
        for (int i = 0; i < 20_000; i++)
        {
            List<byte> bytes = [.. Encoding.UTF8.GetBytes(seeds[i % seeds.Length])];
            for (int count = random.Next(1, 10); count > 0 && bytes.Count > 0; count--)
            {
                int at = random.Next(bytes.Count);
                switch (random.Next(3))
                {
                    case 0:
                        bytes[at] = (byte)random.Next(256);
                        break;
                    case 1:
                        bytes.RemoveRange(at, random.Next(bytes.Count - at) % 8);
                        break;
                    default:
                        bytes.Insert(at, (byte)" :/-.\n\0()"[random.Next(9)]);
                        break;
                }
            }

            byte[] file = [.. bytes];
            ProcText.RunsAProgram(file);
            ProcText.UserOf(file);
            Assert.InRange(ProcText.CommandLine(file).Length, 0, file.Length);
            Assert.InRange(ProcText.CgroupPath(file).Length, 0, file.Length);
            Assert.InRange(ProcText.UserNames(file).Count, 0, file.Length);
            Assert.True(ContainerId.OfCgroup(file).Length is 0 or 64);
        }
    }
}
