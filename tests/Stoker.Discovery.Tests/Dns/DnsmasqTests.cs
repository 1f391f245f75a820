using Stoker.Labels;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Dns;

/// <summary>discovery.dns against a real DNS server.</summary>
public sealed class DnsmasqTests
{
    [Theory]
    [InlineData("A", "{__address__=\"192.0.2.1:6060\", __meta_dns_name=\"web.example\"}")]
    [InlineData("aaaa", "{__address__=\"[2001:db8::1]:6060\", __meta_dns_name=\"web.example\"}")]
    [InlineData("MX", "{__address__=\"mail.example:6060\", __meta_dns_mx_record_target=\"mail.example.\", __meta_dns_name=\"web.example\"}")]
    [InlineData("Ns", "{__address__=\"ns1.example:6060\", __meta_dns_name=\"web.example\", __meta_dns_ns_record_target=\"ns1.example.\"}")]
    [InlineData(
        "SRV",
        "{__address__=\"host1.example:8080\", __meta_dns_name=\"web.example\", __meta_dns_srv_record_port=\"8080\", "
        + "__meta_dns_srv_record_target=\"host1.example.\"}")]
    public async Task Refresh_EachType_GivesTheLabelsOfPrometheus(string type, string expected)
    {
        await using Dnsmasq server = await StartAsync();
        await using var dns = DnsRun.Start(server.Port, type, "web.example");
        IReadOnlyList<LabelSet> targets = await dns.Run.TargetsAsync(targets => targets.Count > 0);
        Assert.Equal(expected, Assert.Single(targets).ToString());
        Assert.Equal("1 target", dns.Run.Health);
        MetricsSnapshot metrics = await dns.Run.MetricsAsync();
        Assert.Equal((1, 0), (metrics.Sum("prometheus_sd_dns_lookups_total"), metrics.Sum("prometheus_sd_dns_lookup_failures_total")));
    }

    [Theory]
    [InlineData("A", 300)]
    [InlineData("SRV", 100)]
    public async Task Refresh_AnAnswerThatNoDatagramHolds_ComesWholeOverTcp(string type, int records)
    {
        string[] hosts = [.. Enumerable.Range(0, 300).Select(i => $"10.0.{i / 250}.{(i % 250) + 1} many.example")];
        string[] services = [.. Enumerable.Range(0, 100).Select(i => $"--srv-host=many.example,host-with-a-long-name-{i:D3}.example,{1000 + i}")];
        await using Dnsmasq server = await Dnsmasq.StartAsync(hosts, services);
        await using var dns = DnsRun.Start(server.Port, type, "many.example");
        IReadOnlyList<LabelSet> targets = await dns.Run.TargetsAsync(targets => targets.Count > 0);
        Assert.Equal(records, DnsRun.Addresses(targets).Distinct().Count());
        Assert.Equal(records, targets.Count);
    }

    [Fact]
    public async Task Refresh_NamesOfTheSearchList_AreFound()
    {
        await using Dnsmasq server = await StartAsync();
        await using var dns = DnsRun.Start("nameserver 127.0.0.1\nsearch none.example example\n", server.Port, "A", "web", "web.example.", "web.");
        IReadOnlyList<LabelSet> targets = await dns.Run.TargetsAsync(targets => targets.Count == 2);
        Assert.Equal(["web", "web.example."], targets.Select(target => target["__meta_dns_name"]));

        // It has a final dot and is asked for as it stands; the server refuses what is not below its own domain.
        await dns.Run.LoggedAsync(8000);
        Assert.Contains("A web.: web. was not answered: the server 127.0.0.1:", dns.Run.Health, StringComparison.Ordinal);
        Assert.Contains("answers REFUSED", dns.Run.Health, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Refresh_ANameThatDoesNotExistAnyMore_LosesItsTargets()
    {
        (Dnsmasq full, Dnsmasq less) = await Dnsmasq.StartTwoAsync(["192.0.2.1 web.example", "192.0.2.2 other.example"], ["192.0.2.2 other.example"]);
        await using Dnsmasq first = full;
        await using Dnsmasq second = less;
        await using var dns = DnsRun.Start(full.Port, "A", "web.example", "other.example");
        await dns.Run.TargetsAsync(targets => targets.Count == 2);

        // The same file names another server now.
        dns.WriteResolverFile("nameserver 127.0.0.2\n");
        await dns.RefreshAsync();
        IReadOnlyList<LabelSet> targets = await dns.Run.TargetsAsync(targets => targets.Count == 1);
        Assert.Equal("other.example", targets[0]["__meta_dns_name"]);
        Assert.Equal("1 target", dns.Run.Health);
        Assert.Empty(dns.Run.Log.Of(8000));
    }

    [Fact]
    public async Task Refresh_AServerThatGoesAndComesBack_LosesNoTarget()
    {
        int port;
        DnsRun dns;
        await using (Dnsmasq server = await StartAsync())
        {
            port = server.Port;
            dns = DnsRun.Start(port, "A", "web.example");
            await dns.Run.TargetsAsync(targets => targets.Count == 1);
        }

        await using (dns)
        {
            await dns.RefreshAsync();
            await dns.Run.LoggedAsync(8000);
            Assert.StartsWith(
                $"1 target; failing: A web.example: web.example. was not answered: the server 127.0.0.1:{port} cannot be reached",
                dns.Run.Health,
                StringComparison.Ordinal);
            Assert.Equal(("failing", "1"), (dns.Run.Source()["health"], dns.Run.Source()["targets"]));

            await using StandInDnsServer back = StandInDnsServer.Start(port: port);
            back.OverUdp = query => [AnswerBytes.To(query, AnswerBytes.Record(1, 192, 0, 2, 9))];
            await dns.RefreshAsync();
            await dns.Run.TargetsAsync(targets => targets.Count == 1 && targets[0]["__address__"] == "192.0.2.9:6060");
            await dns.Run.LoggedAsync(8001);
            Assert.Equal("1 target", dns.Run.Health);
            Assert.All(dns.Run.Published, targets => Assert.Single(targets));
        }
    }

    private static Task<Dnsmasq> StartAsync() => Dnsmasq.StartAsync(
        ["192.0.2.1 web.example", "2001:db8::1 web.example", "192.0.2.2 other.example"],
        "--srv-host=web.example,host1.example,8080,1,2",
        "--mx-host=web.example,mail.example,10",
        "--dns-rr=web.example,2,036e7331076578616d706c6500");
}
