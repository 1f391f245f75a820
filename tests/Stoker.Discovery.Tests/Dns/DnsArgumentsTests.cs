using Stoker.Discovery.Dns;

namespace Stoker.Discovery.Tests.Dns;

public sealed class DnsArgumentsTests
{
    [Theory]
    [InlineData("names = [\"_pprof._tcp.example.com\"]")]
    [InlineData("names = [\"web\", \"web.example.com.\"]\n type = \"a\"\n port = 6060")]
    [InlineData("names = [\"web\"]\n type = \"AaAa\"\n port = 65535\n refresh_interval = \"1s\"")]
    [InlineData("names = [\"bücher.example\"]\n type = \"MX\"\n port = 25")]
    [InlineData("names = [\"example.com\"]\n type = \"ns\"\n port = 53")]
    public void Read_WhatIsAllowed_HasNoMistake(string text)
    {
        (DnsArguments? arguments, IReadOnlyList<string> mistakes) = Written.Read(DnsArguments.Schema, text);
        Assert.Empty(mistakes);
        Assert.NotNull(arguments);
    }

    [Fact]
    public void Read_NamesOnly_HasTheDefaultsOfTheReference()
    {
        DnsArguments arguments = Written.Read(DnsArguments.Schema, "names = [\"a\"]").Arguments!;
        Assert.Equal(DnsRecordType.SRV, arguments.RecordType);
        Assert.Equal(0, arguments.Port);
        Assert.Equal(TimeSpan.FromSeconds(30), arguments.RefreshInterval);
    }

    [Theory]
    [InlineData("", "names")]
    [InlineData("names = []", "names is empty")]
    [InlineData("names = [\"a\", \"\"]", "it is empty")]
    [InlineData("names = [\"a..b\"]", "a part between two dots is empty")]
    [InlineData("names = [\"a b\"]", "\"a b\"")]
    [InlineData("names = [\"a\"]\n type = \"TXT\"", "it must be SRV, A, AAAA, MX or NS")]
    [InlineData("names = [\"a\"]\n type = \"A\"", "port is required for records of the type A")]
    [InlineData("names = [\"a\"]\n type = \"A\"\n port = 65536", "port must be from 1 to 65535")]
    [InlineData("names = [\"a\"]\n port = -1", "port must be from 1 to 65535")]
    public void Read_WhatIsWrong_SaysSo(string text, string mistake)
    {
        (DnsArguments? arguments, IReadOnlyList<string> mistakes) = Written.Read(DnsArguments.Schema, text);
        Assert.Null(arguments);
        Assert.Contains(mistake, string.Join('\n', mistakes), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(63, true)]
    [InlineData(64, false)]
    public void TryMakeAbsolute_OfALongPart_HoldsTheLimitOfTheProtocol(int length, bool isName) =>
        Assert.Equal(isName, DnsName.TryMakeAbsolute(new string('a', length) + ".example", out _, out _));

    [Theory]
    [InlineData(253, true)]
    [InlineData(254, false)]
    public void TryMakeAbsolute_OfALongName_HoldsTheLimitOfTheProtocol(int length, bool isName)
    {
        string name = string.Concat(Enumerable.Repeat("a.", 200))[..(length - 1)];
        Assert.Equal(isName, DnsName.TryMakeAbsolute(name.TrimEnd('.') + new string('b', length - name.TrimEnd('.').Length), out _, out _));
    }
}
