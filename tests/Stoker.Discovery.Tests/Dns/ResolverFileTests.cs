using System.Net;
using Stoker.Discovery.Dns;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Dns;

public sealed class ResolverFileTests
{
    [Fact]
    public void Parse_AWholeFile_HasServersAndSearchListInTheirOrder()
    {
        var file = ResolverFile.Parse(
            """
            # made by hand
            nameserver 10.0.0.2
            ; nameserver 10.9.9.9
            nameserver   fd00::2
            nameserver not-an-address
            domain old.example
            search svc.cluster.local. cluster.local
            options ndots:5 timeout:3 attempts:4 rotate edns0 unknown:7 ndots:x
            """);
        Assert.Equal([IPAddress.Parse("10.0.0.2"), IPAddress.Parse("fd00::2")], file.Servers);
        Assert.Equal(["svc.cluster.local.", "cluster.local."], file.SearchDomains);
        Assert.Equal((5, TimeSpan.FromSeconds(3), 4), (file.Dots, file.Timeout, file.Attempts));
    }

    [Fact]
    public void Parse_AnEmptyFile_AsksTheServerOfTheHost()
    {
        var file = ResolverFile.Parse("");
        Assert.Equal([IPAddress.Loopback], file.Servers);
        Assert.Equal((1, TimeSpan.FromSeconds(2), 2), (file.Dots, file.Timeout, file.Attempts));
    }

    [Theory]
    [InlineData("options timeout:0 attempts:0", 1, 1)]
    [InlineData("options timeout:99 attempts:99", 30, 5)]
    public void Parse_OptionsOutOfBounds_AreCut(string text, int seconds, int attempts)
    {
        var file = ResolverFile.Parse(text);
        Assert.Equal((TimeSpan.FromSeconds(seconds), attempts), (file.Timeout, file.Attempts));
    }

    [Theory]
    [InlineData("web", 1, "web.a. web.b.example. web.")]
    [InlineData("web.x", 1, "web.x. web.x.a. web.x.b.example.")]
    [InlineData("web.x", 2, "web.x.a. web.x.b.example. web.x.")]
    [InlineData("_h._tcp.web", 2, "_h._tcp.web. _h._tcp.web.a. _h._tcp.web.b.example.")]
    [InlineData("web", 0, "web. web.a. web.b.example.")]
    [InlineData("web.", 5, "web.")]
    public void Candidates_OfAName_DependOnItsDots(string name, int dots, string expected)
    {
        ResolverFile file = ResolverFile.Parse("search a b.example") with { Dots = dots };
        Assert.Equal(expected.Split(' '), file.Candidates(name));
    }

    [Fact]
    public void Candidates_ThatWouldBeTooLong_AreLeftOut()
    {
        ResolverFile file = ResolverFile.Parse($"search {string.Join('.', Enumerable.Repeat("abcdefghi", 24))} short");
        Assert.Equal(["a-name-of-its-own.short.", "a-name-of-its-own."], file.Candidates("a-name-of-its-own"));
    }

    [Fact]
    public void Read_WhatCannotBeUsed_SaysWhy()
    {
        using var folder = new TemporaryFolder();
        Assert.Null(ResolverFile.Read(folder.PathOf("none"), out string fault));
        Assert.Contains("cannot be read", fault, StringComparison.Ordinal);
        Assert.Null(ResolverFile.Read(folder.Write("bad", "nameserver localhost\n"), out fault));
        Assert.Contains("none with an IP address", fault, StringComparison.Ordinal);
    }

    [Fact]
    public void Parse_RandomText_NeverThrowsAndStaysBounded()
    {
        string[] words =
        [
            "nameserver", "search", "domain", "options", "ndots:", "timeout:-1", "1.2.3.4", "::1", ".", "a.b", "\n", "\n", "\t", "#", "é", "\0", "99999999999",
        ];
        var random = new Random(1);
        for (int i = 0; i < 5000; i++)
        {
            IEnumerable<string> some = Enumerable.Range(0, random.Next(60)).Select(_ => words[random.Next(words.Length)]);
            var file = ResolverFile.Parse(string.Join(random.Next(2) == 0 ? " " : "", some));
            Assert.InRange(file.Servers.Count, 0, 16);
            Assert.InRange(file.SearchDomains.Count, 0, 32);
            Assert.All(file.Candidates("web"), candidate => Assert.EndsWith(".", candidate, StringComparison.Ordinal));
        }
    }
}
