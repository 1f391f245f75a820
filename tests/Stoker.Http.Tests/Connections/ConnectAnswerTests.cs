using System.Text;
using FsCheck;
using FsCheck.Fluent;

namespace Stoker.Http.Tests;

public sealed class ConnectAnswerTests
{
    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200, "OK", 19)]
    [InlineData("HTTP/1.0 200 Connection established\r\nProxy-agent: x\r\n\r\n", 200, "Connection established", 55)]
    [InlineData("HTTP/1.1 204\r\n\r\nrest", 204, "", 16)]
    [InlineData("HTTP/1.1 407 Proxy Authentication Required\nA: b\n\n", 407, "Proxy Authentication Required", 49)]
    [InlineData("HTTP/1.1 503 a\u0001\u00ffb\r\n\r\n", 503, "ab", 21)]
    public void Read_WholeHead_HasStatusReasonAndLength(string text, int status, string reason, int length)
    {
        Assert.Equal(ConnectAnswerState.Complete, Read(text, out ConnectAnswer answer));
        Assert.Equal(new ConnectAnswer(status, reason, length), answer);
    }

    [Theory]
    [InlineData("SSH-2.0-OpenSSH_9.2p1")]
    [InlineData("H3")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 099 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 +20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1\r\n\r\n")]
    [InlineData("HTTP/1.x 200 OK\r\n\r\n")]
    [InlineData("\u0015\u0003\u0001")]
    public void Read_NoHttp_IsMalformed(string text) => Assert.Equal(ConnectAnswerState.Malformed, Read(text, out _));

    [Fact]
    public void Read_CutAnywhere_IsIncomplete()
    {
        const string whole = "HTTP/1.1 200 OK\r\nA: b\r\n\r\n";
        for (int length = 0; length < whole.Length; length++)
        {
            Assert.Equal(ConnectAnswerState.Incomplete, Read(whole[..length], out _));
        }
    }

    [Fact]
    public void Read_EndlessReason_IsCut()
    {
        Assert.Equal(ConnectAnswerState.Complete, Read($"HTTP/1.1 500 {new string('x', 5000)}\r\n\r\n", out ConnectAnswer answer));
        Assert.Equal(new string('x', 100), answer.Reason);
    }

    /// <summary>
    /// Whatever comes, there is an answer and no exception: a complete head lies within the bytes, more bytes behind it change nothing, and its reason can
    /// be shown. What is malformed stays so whatever follows.
    /// </summary>
    [Fact]
    public void Read_AnyBytes_GivesAStateThatMoreBytesDoNotTakeBack()
    {
        Gen<string> piece = Gen.Elements(
            "HTTP/1.1 200 OK", "HTTP/1.1 ", "HTTP/1.0 407 a b", "HTTP/", "2", "200", "999", " ", "\r\n", "\n", "\r", "\r\n\r\n", "A: b", ":", "\0", "\u00ff", "SSH-2.0");
        Gen<byte[]> structured = piece.ArrayOf().Select(parts => Encoding.Latin1.GetBytes(string.Concat(parts)));
        Gen<byte[]> bytes = Gen.OneOf(structured, ArbMap.Default.GeneratorFor<byte[]>());
        Check.One(
            Config.QuickThrowOnFailure.WithMaxTest(5000).WithReplay(20261122, 1),
            Prop.ForAll(Arb.From(bytes), Arb.From(bytes), (first, rest) =>
            {
                ConnectAnswerState state = ConnectAnswer.Read(first, out ConnectAnswer answer);
                ConnectAnswerState longer = ConnectAnswer.Read((byte[])[.. first, .. rest], out ConnectAnswer later);
                switch (state)
                {
                    case ConnectAnswerState.Complete:
                        Assert.InRange(answer.Length, 14, first.Length);
                        Assert.InRange(answer.Status, 100, 999);
                        Assert.True(answer.Reason.Length <= 100 && answer.Reason.All(c => c is >= ' ' and < '\x7f'));
                        Assert.Equal((ConnectAnswerState.Complete, answer), (longer, later));
                        break;
                    case ConnectAnswerState.Malformed:
                        Assert.Equal(ConnectAnswerState.Malformed, longer);
                        break;
                    default:
                        Assert.Equal(default, answer);
                        break;
                }
            }));
    }

    private static ConnectAnswerState Read(string text, out ConnectAnswer answer) => ConnectAnswer.Read(Encoding.Latin1.GetBytes(text), out answer);
}
