using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.Http.Tests;

public sealed class DialerTests
{
    private static readonly TimeSpan AtMost = TimeSpan.FromSeconds(30);
    private static readonly IPAddress Silent = IPAddress.Parse("2001:db8::1");
    private static readonly IPAddress SilentToo = IPAddress.Parse("2001:db8::2");

    private readonly ManualTimeProvider _time = new();
    private readonly ConcurrentQueue<IPAddress> _cancelled = new();
    private readonly List<IPAddress> _tried = [];

    [Fact]
    public async Task Connect_FirstAddressIsABlackHole_TheNextOneIsTriedAndTheFirstGivenUp()
    {
        await using var server = new RawServer((_, _) => Task.CompletedTask);
        Task<Socket> connecting = ConnectAsync(server.Port, Silent, SilentToo, IPAddress.Loopback);
        await _time.WaitForTimerDueInAsync(Dialer.Stagger).WaitAsync(AtMost, TestContext.Current.CancellationToken);

        _time.Advance(Dialer.Stagger);

        using Socket socket = await connecting.WaitAsync(AtMost, TestContext.Current.CancellationToken);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
        Assert.Equal([Silent, IPAddress.Loopback], _tried);
        await GivenUpAsync();
        Assert.Equal([Silent], _cancelled);
    }

    [Fact]
    public async Task Connect_FirstAddressRefuses_TheNextOneIsTriedAtOnce()
    {
        await using var server = new RawServer((_, _) => Task.CompletedTask);
        using Socket socket = await ConnectAsync(server.Port, IPAddress.Parse("127.0.0.2"), IPAddress.Loopback)
            .WaitAsync(AtMost, TestContext.Current.CancellationToken);
        Assert.Equal(IPAddress.Loopback, ((IPEndPoint)socket.RemoteEndPoint!).Address);
    }

    [Fact]
    public async Task Connect_AllRefuse_NamesThem()
    {
        SocketException exception = await Assert.ThrowsAsync<SocketException>(
            () => ConnectAsync(1, IPAddress.Parse("127.0.0.2"), IPAddress.Loopback).WaitAsync(AtMost, TestContext.Current.CancellationToken));
        Assert.Equal(SocketError.ConnectionRefused, exception.SocketErrorCode);
        Assert.EndsWith("(tried 127.0.0.2, 127.0.0.1)", exception.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Connect_NoAddress_IsAHostThatIsNotFound()
    {
        SocketException exception = await Assert.ThrowsAsync<SocketException>(() => ConnectAsync(1));
        Assert.Equal(SocketError.HostNotFound, exception.SocketErrorCode);
    }

    [Fact]
    public async Task Connect_CancelledWhileAllAreSilent_EndsThemAll()
    {
        using var cancel = new CancellationTokenSource();
        Task<Socket> connecting = ConnectAsync(1, cancel.Token, Silent, SilentToo);
        await _time.WaitForTimerDueInAsync(Dialer.Stagger).WaitAsync(AtMost, TestContext.Current.CancellationToken);
        _time.Advance(Dialer.Stagger);

        await cancel.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => connecting.WaitAsync(AtMost, TestContext.Current.CancellationToken));
        await GivenUpAsync();
    }

    private Task GivenUpAsync() =>
        Polling.UntilAsync("the silent address is given up", AtMost, () => _cancelled.Contains(Silent), TestContext.Current.CancellationToken);

    private Task<Socket> ConnectAsync(int port, params IPAddress[] addresses) => ConnectAsync(port, CancellationToken.None, addresses);

    private Task<Socket> ConnectAsync(int port, CancellationToken cancellationToken, params IPAddress[] addresses) =>
        new Dialer(_time, (_, _) => Task.FromResult(addresses), OpenAsync)
            .ConnectAsync(new DnsEndPoint("target.invalid", port), _tried, cancellationToken);

    private async Task<Socket> OpenAsync(IPEndPoint to, CancellationToken cancellationToken)
    {
        if (to.AddressFamily == AddressFamily.InterNetworkV6)
        {
            try
            {
                await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, cancellationToken);
            }
            finally
            {
                _cancelled.Enqueue(to.Address);
            }
        }

        var socket = new Socket(to.AddressFamily, SocketType.Stream, ProtocolType.Tcp);
        await socket.ConnectAsync(to, cancellationToken);
        return socket;
    }
}
