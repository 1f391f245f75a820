using System.Text;
using Stoker.Profiling.EventPipe;
using Stoker.Profiling.Stacks;

namespace Stoker.Profiling.Tests.EventPipe;

public sealed class NettraceReaderTests
{
    private const int ThreadId = 4711;

    private static readonly byte[] Whole = WriteStream();

    [Fact]
    public void Read_AWholeStream_GivesTheSamplersEventsWithTheirStacks()
    {
        var stacks = new StackTable();
        List<SweepSample> samples = [];

        string? fault = new NettraceReader(new MemoryStream(Whole), stacks, samples).Read();

        Assert.Null(fault);
        Assert.Equal(2, samples.Count);
        Assert.Equal((100L, ThreadId, true), (samples[0].Timestamp, samples[0].ThreadId, samples[0].IsManaged));
        Assert.Equal((150L, ThreadId, false), (samples[1].Timestamp, samples[1].ThreadId, samples[1].IsManaged));
        Assert.Equal([0x1000UL, 0x1FFFUL], stacks[samples[0].Stack].ToArray());
        Assert.Equal([0x3000UL], stacks[samples[1].Stack].ToArray());
    }

    [Fact]
    public void Read_AStreamCutAnywhere_GivesNoMoreThanWasThere()
    {
        for (int length = 0; length < Whole.Length; length++)
        {
            List<SweepSample> samples = [];
            new NettraceReader(new MemoryStream(Whole, 0, length), new StackTable(), samples).Read();
            Assert.InRange(samples.Count, 0, 2);
        }
    }

    [Fact]
    public void Read_AStreamWithAnyByteChanged_EndsWithoutAnException()
    {
        for (int at = 0; at < Whole.Length; at++)
        {
            foreach (byte value in (byte[])[0, 0x7F, 0xFF])
            {
                byte[] changed = [.. Whole];
                changed[at] = value;
                List<SweepSample> samples = [];
                new NettraceReader(new MemoryStream(changed), new StackTable(), samples).Read();
                Assert.InRange(samples.Count, 0, 100);
            }
        }
    }

    [Fact]
    public void Read_SomethingElse_SaysSo() =>
        Assert.NotNull(new NettraceReader(new MemoryStream("HTTP/1.1 400 Bad Request"u8.ToArray()), new StackTable(), []).Read());

    // Two providers, so that a stranger's event has to be told apart; stack 1 is at first two frames deep and, after a sequence point, another.
    private static byte[] WriteStream()
    {
        using var stream = new MemoryStream();
        using var writer = new BinaryWriter(stream);
        writer.Write("Nettrace"u8);
        writer.Write(20);
        writer.Write("!FastSerialization.1"u8);
        WriteObject(writer, "Trace", new byte[48], isBlock: false);
        WriteObject(writer, "MetadataBlock", EventBlock(
            [Event(0, 0, 1, Metadata(1, NettraceReader.SamplerProvider)), Event(0, 0, 1, Metadata(2, "Another-Provider"))]));
        WriteObject(writer, "StackBlock", StackBlock([[0x1000, 0x2000]]));
        WriteObject(writer, "EventBlock", EventBlock([Event(1, 1, 100, [2, 0, 0, 0]), Event(2, 1, 10, [2, 0, 0, 0])]));
        WriteObject(writer, "SPBlock", new byte[12]);
        WriteObject(writer, "StackBlock", StackBlock([[0x3000]]));
        WriteObject(writer, "EventBlock", EventBlock([Event(1, 1, 150, [1, 0, 0, 0])]));
        writer.Write((byte)1);
        return stream.ToArray();
    }

    private static void WriteObject(BinaryWriter writer, string name, byte[] payload, bool isBlock = true)
    {
        writer.Write([5, 5, 1]);
        writer.Write(4);
        writer.Write(4);
        writer.Write(name.Length);
        writer.Write(Encoding.ASCII.GetBytes(name));
        writer.Write((byte)6);
        if (isBlock)
        {
            writer.Write(payload.Length);
            while (writer.BaseStream.Position % 4 != 0)
            {
                writer.Write((byte)0);
            }
        }

        writer.Write(payload);
        writer.Write((byte)6);
    }

    private static byte[] EventBlock(byte[][] events) => [20, 0, 1, 0, .. new byte[16], .. events.SelectMany(bytes => bytes)];

    // Flags: metadata id, capture, thread, stack and payload length follow.
    private static byte[] Event(byte metadata, byte stack, byte timestampDelta, byte[] payload) =>
        [0x8F, metadata, 0, 0, 0, ThreadId & 0x7F | 0x80, ThreadId >> 7, stack, .. Varint(timestampDelta), .. Varint(payload.Length), .. payload];

    private static byte[] Varint(int value) => value < 0x80 ? [(byte)value] : [(byte)(value & 0x7F | 0x80), (byte)(value >> 7)];

    private static byte[] Metadata(int id, string provider) => [(byte)id, 0, 0, 0, .. Encoding.Unicode.GetBytes(provider), 0, 0, 0, 0, 0, 0];

    private static byte[] StackBlock(ulong[][] stacks) =>
        [1, 0, 0, 0, (byte)stacks.Length, 0, 0, 0, .. stacks.SelectMany(stack => (byte[])[(byte)(stack.Length * 8), 0, 0, 0, .. stack.SelectMany(BitConverter.GetBytes)])];
}
