using System.Net.Sockets;

namespace Stoker.Web.Tests;

public sealed class ListenTests
{
    [Theory]
    [InlineData("127.0.0.1:12345", "127.0.0.1", 12345)]
    [InlineData(":12345", "", 12345)]
    [InlineData("0.0.0.0:0", "0.0.0.0", 0)]
    [InlineData("[::1]:1", "::1", 1)]
    [InlineData("localhost:65535", "localhost", 65535)]
    public void TryParse_Address_IsRead(string text, string host, int port)
    {
        Assert.True(ListenAddress.TryParse(text, out ListenAddress? address, out string error), error);
        Assert.Equal(new ListenAddress(host, port), address);
        Assert.Equal(text, address.ToString());
    }

    [Theory]
    [InlineData("", "has no port")]
    [InlineData("127.0.0.1", "has no port")]
    [InlineData("127.0.0.1:", "has no port")]
    [InlineData("[::1]", "has no port")]
    [InlineData("127.0.0.1:http", "the port \"http\"")]
    [InlineData("127.0.0.1:65536", "the port \"65536\"")]
    [InlineData("127.0.0.1:-1", "the port \"-1\"")]
    [InlineData("::1:80", "not in brackets")]
    [InlineData("[127.0.0.1]:80", "no IPv6 address")]
    [InlineData("http://127.0.0.1:80", "is a URL")]
    [InlineData("a b:80", "the host \"a b\"")]
    public void TryParse_Mistake_IsNamedWithARemedy(string text, string reason)
    {
        Assert.False(ListenAddress.TryParse(text, out ListenAddress? address, out string error));
        Assert.Null(address);
        Assert.StartsWith($"\"{text}\" ", error, StringComparison.Ordinal);
        Assert.Contains(reason, error, StringComparison.Ordinal);
        Assert.EndsWith("it should look like \"127.0.0.1:12345\", \":12345\" or \"[::1]:12345\"", error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Start_PortIsTaken_SaysSoInOneLine()
    {
        await using RunningServer first = await RunningServer.StartAsync(new FakeGraph());
        Assert.Equal(
            $"cannot listen on {first.Address}: the address is in use; is another agent running? --server.http.listen-addr takes another address",
            await StartAsync(first.Address));
    }

    [Fact]
    public async Task Start_AddressOfAnotherMachine_SaysSoInOneLine() =>
        Assert.Equal(
            "cannot listen on 192.0.2.1:12345: this is not an address of this machine",
            await StartAsync(new ListenAddress("192.0.2.1", 12345)));

    [Theory]
    [InlineData(SocketError.AccessDenied, "not permitted; ports below 1024 need a privilege")]
    [InlineData(SocketError.HostNotFound, "the name does not resolve")]
    public void Explain_WhatCannotBeProvokedEverywhere_IsSaidToo(SocketError error, string expected) =>
        Assert.Equal(expected, BindFailure.Explain(new SocketException((int)error)));

    [Fact]
    public async Task Start_NameOfLoopback_Listens()
    {
        await using WebServer server = RunningServer.Create(new WebSettings { Listen = new ListenAddress("localhost", 0) }, new FakeGraph());
        Assert.Null(await server.StartAsync(TestContext.Current.CancellationToken));
        Assert.NotEqual(0, server.Address.Port);
        await server.StopAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }

    private static async Task<string?> StartAsync(ListenAddress address)
    {
        await using WebServer server = RunningServer.Create(new WebSettings { Listen = address }, new FakeGraph());
        return await server.StartAsync(TestContext.Current.CancellationToken).WaitAsync(TimeSpan.FromSeconds(30), TestContext.Current.CancellationToken);
    }
}
