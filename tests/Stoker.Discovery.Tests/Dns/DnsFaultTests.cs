using Stoker.Labels;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Dns;

/// <summary>discovery.dns when its servers fail or mean harm: targets stay, the fault is visible, and nothing hangs.</summary>
public sealed class DnsFaultTests
{
    private static readonly TimeSpan ServerTimeout = TimeSpan.FromSeconds(2);

    [Fact]
    public async Task Refresh_AServerThatIsSilent_KeepsTheTargetsAndNamesIt()
    {
        await using var server = StandInDnsServer.Start();
        server.OverUdp = Address(1);
        await using var dns = DnsRun.Start(server.Port, "A", "web.example");
        await dns.Run.TargetsAsync(targets => targets.Count == 1);
        await server.ReceivedAsync();

        server.OverUdp = _ => [];
        await dns.RefreshAsync();
        await server.ReceivedAsync();
        await dns.Run.PassAsync(ServerTimeout);
        await server.ReceivedAsync();
        await dns.Run.PassAsync(ServerTimeout);
        await dns.Run.LoggedAsync(8000);
        Assert.Equal(
            $"1 target; failing: A web.example: web.example. was not answered: the server 127.0.0.1:{server.Port} does not answer within 2s",
            dns.Run.Health);
        Assert.Equal(3, server.Queries.Count);
        MetricsSnapshot metrics = await dns.Run.MetricsAsync();
        Assert.Equal((2, 1), (metrics.Sum("prometheus_sd_dns_lookups_total"), metrics.Sum("prometheus_sd_dns_lookup_failures_total")));

        server.OverUdp = Address(2);
        await dns.RefreshAsync();
        await dns.Run.TargetsAsync(targets => targets.Count == 1 && targets[0]["__address__"] == "192.0.2.2:6060");
        await dns.Run.LoggedAsync(8001);
        Assert.All(dns.Run.Published, Assert.NotEmpty);
    }

    [Fact]
    public async Task Refresh_SilentServersBeforeAGoodOne_AreAskedOnce()
    {
        (StandInDnsServer silent, StandInDnsServer good) = await StandInDnsServer.StartTwoAsync();
        await using StandInDnsServer first = silent;
        await using StandInDnsServer second = good;
        good.OverUdp = query => query.AsSpan().IndexOf("second"u8) > 0 ? Address(1)(query) : [AnswerBytes.To(query, code: 3, isTruncated: false)];
        await using var dns = DnsRun.Start("nameserver 127.0.0.1\nnameserver 127.0.0.2\nsearch first second\n", silent.Port, "A", "web");
        await silent.ReceivedAsync();
        await dns.Run.PassAsync(ServerTimeout);
        await dns.Run.TargetsAsync(targets => targets.Count == 1);
        Assert.Single(silent.Queries);
        Assert.Equal(2, good.Queries.Count);
    }

    [Fact]
    public async Task Refresh_SilentServersAndALongSearchList_EndsAtTheDeadline()
    {
        await using var silent = StandInDnsServer.Start();
        await using var dns = DnsRun.Start("nameserver 127.0.0.1\nsearch a b c d e f g h i j k l m n\n", silent.Port, "A", "web");
        for (int i = 0; i < 10; i++)
        {
            await silent.ReceivedAsync();
            await dns.Run.PassAsync(ServerTimeout);
        }

        await dns.Run.LoggedAsync(8000);
        Assert.Contains("no answer within 20s: the server 127.0.0.1:", dns.Run.Health, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(2, "SERVFAIL")]
    [InlineData(5, "REFUSED")]
    [InlineData(11, "RCODE 11")]
    public async Task Refresh_AServerThatFails_KeepsTheTargetsOfThatNameOnly(int code, string text)
    {
        await using var server = StandInDnsServer.Start();
        server.OverUdp = Address(1);
        await using var dns = DnsRun.Start(server.Port, "A", "bad.example", "good.example");
        await dns.Run.TargetsAsync(targets => targets.Count == 2);

        server.OverUdp = query => query.AsSpan().IndexOf("good"u8) > 0 ? Address(2)(query) : [AnswerBytes.To(query, code, isTruncated: false)];
        await dns.RefreshAsync();

        // Before the clock moves on, which would be a server that is silent.
        await dns.Run.LoggedAsync(8000);
        IReadOnlyList<LabelSet> targets = await dns.Run.TargetsAsync(
            targets => DnsRun.Addresses(targets).SequenceEqual(["192.0.2.1:6060", "192.0.2.2:6060"]));
        Assert.Equal(["bad.example", "good.example"], targets.Select(target => target["__meta_dns_name"]));
        Assert.Contains($"the server 127.0.0.1:{server.Port} answers {text}", dns.Run.Source("bad.example")["last_error"], StringComparison.Ordinal);
        Assert.Equal(("failing", "ok"), (dns.Run.Source("bad.example")["health"], dns.Run.Source("good.example")["health"]));
    }

    [Fact]
    public async Task Refresh_WithoutTheFile_KeepsTheTargets()
    {
        await using var server = StandInDnsServer.Start();
        server.OverUdp = Address(1);
        await using var dns = DnsRun.Start(server.Port, "A", "web.example");
        await dns.Run.TargetsAsync(targets => targets.Count == 1);
        dns.WriteResolverFile("nameserver nowhere\n");
        await dns.RefreshAsync();
        await dns.Run.LoggedAsync(8000);
        Assert.Contains("none with an IP address", dns.Run.Health, StringComparison.Ordinal);
        Assert.All(dns.Run.Published, Assert.NotEmpty);
    }

    [Fact]
    public async Task Refresh_RubbishBeforeTheAnswer_IsPassedOver()
    {
        await using var server = StandInDnsServer.Start();
        server.FromAStranger = query => AnswerBytes.To(query, AnswerBytes.Record(1, 6, 6, 6, 6));
        server.OverUdp = query =>
        [
            [],
            [1, 2, 3],
            With(AnswerBytes.To(query, AnswerBytes.Record(1, 6, 6, 6, 6)), at: 0), // another identifier
            With(AnswerBytes.To(query, AnswerBytes.Record(1, 6, 6, 6, 6)), at: 13), // another name
            .. Address(1)(query),
        ];
        await using var dns = DnsRun.Start(server.Port, "A", "web.example");
        IReadOnlyList<LabelSet> targets = await dns.Run.TargetsAsync(targets => targets.Count > 0);
        Assert.Equal(["192.0.2.1:6060"], DnsRun.Addresses(targets));
    }

    [Fact]
    public async Task Refresh_RubbishWithoutAnEnd_IsAFailure()
    {
        await using var server = StandInDnsServer.Start();
        server.OverUdp = query => Enumerable.Range(0, 150).Select(_ => With(AnswerBytes.To(query), at: 0));
        await using var dns = DnsRun.Start(server.Port, "A", "web.example");
        await dns.Run.LoggedAsync(8000);
        Assert.Contains("sends answers to other questions only", dns.Run.Health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_PointersInCircles_AreAFailure()
    {
        await using var server = StandInDnsServer.Start();
        server.OverUdp = query => [AnswerBytes.To(query, [0xC0, (byte)query.Length, .. AnswerBytes.Record(1, 1, 2, 3, 4)[2..]])];
        await using var dns = DnsRun.Start(server.Port, "A", "web.example");
        await dns.Run.LoggedAsync(8000);
        Assert.Contains("gives an answer that cannot be read: its record 1 of 1", dns.Run.Health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_AnAnswerOf64Kib_IsTakenWhole()
    {
        await using var server = StandInDnsServer.Start();
        byte[][] records = [.. Enumerable.Range(0, 4080).Select(i => AnswerBytes.Record(1, 10, 0, (byte)(i >> 8), (byte)i))];
        server.OverUdp = query => [AnswerBytes.To(query, code: 0, isTruncated: true)];
        server.OverTcp = query => StandInDnsServer.WithLength(AnswerBytes.To(query, records));
        await using var dns = DnsRun.Start(server.Port, "A", "web.example");
        IReadOnlyList<LabelSet> targets = await dns.Run.TargetsAsync(targets => targets.Count > 0);
        Assert.Equal(records.Length, targets.Count);
    }

    [Fact]
    public async Task Refresh_TcpThatIsTruncatedCutOrForAnother_IsAFailure()
    {
        await using var server = StandInDnsServer.Start();
        server.OverUdp = query => [AnswerBytes.To(query, code: 0, isTruncated: true)];
        server.OverTcp = query => StandInDnsServer.WithLength(AnswerBytes.To(query, code: 0, isTruncated: true));
        await using var dns = DnsRun.Start(server.Port, "A", "web.example");
        await dns.Run.LoggedAsync(8000, 1);
        Assert.Contains("gives no whole answer even over TCP", dns.Run.Health, StringComparison.Ordinal);

        server.OverTcp = query => StandInDnsServer.WithLength(AnswerBytes.To(query))[..^3];
        await dns.RefreshAsync();
        await dns.Run.LoggedAsync(8000, 2);
        Assert.Contains("cannot be reached", dns.Run.Health, StringComparison.Ordinal);

        server.OverTcp = query => StandInDnsServer.WithLength(With(AnswerBytes.To(query), at: 0));
        await dns.RefreshAsync();
        await dns.Run.LoggedAsync(8000, 3);
        Assert.Contains("answers another question over TCP", dns.Run.Health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_AServerFromBeforeEdns_IsAskedWithoutIt()
    {
        await using var server = StandInDnsServer.Start();
        server.OverUdp = query => query[11] == 1 ? [AnswerBytes.To(query, code: 1, isTruncated: false)] : Address(1)(query);
        await using var dns = DnsRun.Start(server.Port, "A", "web.example");
        await dns.Run.TargetsAsync(targets => targets.Count == 1);
        Assert.Equal(2, server.Queries.Count);
        Assert.NotEqual(AnswerBytes.IdOf(server.Queries[0]), AnswerBytes.IdOf(server.Queries[1]));
    }

    [Fact]
    public async Task Refresh_ABadRecord_CostsOnlyItself()
    {
        await using var server = StandInDnsServer.Start();
        server.OverUdp = query =>
        [
            AnswerBytes.To(
                query,
                AnswerBytes.Srv(80, AnswerBytes.Name("b.example")),
                AnswerBytes.Srv(80, AnswerBytes.Name("a.example")),
                AnswerBytes.Srv(80, AnswerBytes.Name("a.example")),
                AnswerBytes.Srv(80, 0),
                AnswerBytes.Srv(0, AnswerBytes.Name("zero.example")),
                AnswerBytes.Srv(80, AnswerBytes.Name("sp ace/..\n")),
                AnswerBytes.Record(33, 1)),
        ];
        await using var dns = DnsRun.Start(server.Port, "SRV", "web.example");
        IReadOnlyList<LabelSet> targets = await dns.Run.TargetsAsync(targets => targets.Count > 0);
        Assert.Equal(["a.example:80", "b.example:80"], DnsRun.Addresses(targets));
        Assert.Equal("2 targets, 4 entries left out", dns.Run.Health);
    }

    [Fact]
    public async Task Apply_OtherNames_LosesNoTargetUntilTheyAreAnswered()
    {
        await using var server = StandInDnsServer.Start();
        server.OverUdp = Address(1);
        await using var dns = DnsRun.Start(server.Port, "A", "old.example");
        await dns.Run.TargetsAsync(targets => targets.Count == 1);
        dns.Run.Apply(DnsRun.Arguments("A", "new.example"));
        await dns.Run.TargetsAsync(targets => targets.Count == 1 && targets[0]["__meta_dns_name"] == "new.example");
        Assert.All(dns.Run.Published, Assert.NotEmpty);
    }

    private static Func<byte[], IEnumerable<byte[]>> Address(byte last) => query => [AnswerBytes.To(query, AnswerBytes.Record(1, 192, 0, 2, last))];

    private static byte[] With(byte[] message, int at)
    {
        message[at] ^= 1;
        return message;
    }
}
