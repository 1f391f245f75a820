using System.Buffers;
using System.Buffers.Binary;
using System.IO.Compression;

namespace Stoker.Pprof.Tests;

public sealed class GzipBodyTests
{
    private const long Limit = 1 << 20;

    private static readonly byte[] Plain = Corpus.Read("etcd.mutex.a");
    private static readonly byte[] Body = Corpus.Deflate(Plain);

    public static TheoryData<string> All => Corpus.All;

    [Theory]
    [MemberData(nameof(All))]
    public void TryInflate_WhatDeflateMade_IsTheSame(string name)
    {
        byte[] plain = Corpus.Read(name);
        Assert.Equal(plain, Corpus.Inflate(Corpus.Deflate(plain)));
    }

    [Fact]
    public void TryInflate_SeveralMembers_AreOneBody()
    {
        byte[] empty = Corpus.Deflate([]);
        Assert.Equal([.. Plain, .. Plain, .. Plain], Corpus.Inflate([.. Body, .. Body, .. empty, .. empty, .. Body, .. empty]));
        Assert.Empty(Corpus.Inflate(empty));
    }

    [Fact]
    public void TryInflate_HeaderWithAllOptions_IsRead()
    {
        byte[] header = [0x1F, 0x8B, 8, 0x1E, 0, 0, 0, 0, 0, 3, 3, 0, 9, 9, 9, .. "name"u8, 0, .. "comment"u8, 0];
        uint checksum = Crc32(header);
        byte[] body = [.. header, (byte)checksum, (byte)(checksum >> 8), .. Body[10..]];
        Assert.Equal(Plain, Corpus.Inflate(body));
        for (int length = 2; length < header.Length + 10; length++)
        {
            AssertMalformed(body[..length], "cut short");
        }
    }

    [Fact]
    public void TryInflate_CutAnywhere_IsMalformed()
    {
        for (int length = 2; length < Body.Length; length++)
        {
            Assert.Equal(Body.AsSpan(0, length).Length, AssertMalformed(Body[..length], "cut short").Offset);
        }

        AssertMalformed([], "empty");
        AssertMalformed([0x1F], "not gzip");
    }

    [Fact]
    public void TryInflate_SecondMemberCutAnywhere_IsMalformed()
    {
        byte[] second = Corpus.Deflate("second"u8.ToArray());
        for (int length = 1; length < second.Length; length++)
        {
            AssertMalformed([.. Body, .. second[..length]], "cut short");
        }
    }

    [Fact]
    public void TryInflate_AnyBitFlipped_NeverGivesOtherBytes()
    {
        byte[] body = Corpus.Deflate(Plain[..600]);
        for (int bit = 0; bit < body.Length * 8; bit++)
        {
            byte[] flipped = [.. body];
            flipped[bit / 8] ^= (byte)(1 << (bit % 8));
            var output = new ArrayBufferWriter<byte>();
            InflateOutcome outcome = GzipBody.TryInflate(flipped, Limit, output, out PprofError? error);

            // Some bits mean nothing for the content: time, operating system, whether it is text, what fills the last byte before the trailer.
            bool isOfNoMeaning = bit < 10 * 8 || bit / 8 == body.Length - 9;
            Assert.True(outcome == InflateOutcome.Complete ? output.WrittenSpan.SequenceEqual(Plain.AsSpan(0, 600)) : error is not null, $"Bit {bit}");
            Assert.True(isOfNoMeaning || outcome == InflateOutcome.Malformed, $"Bit {bit}");
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(0x1F)]
    public void TryInflate_RubbishBehind_IsReportedWithItsPlace(byte first)
    {
        PprofError error = AssertMalformed([.. Body, first, 0, 0, 0], "3 bytes", "4 bytes");
        Assert.Equal(Body.Length, error.Offset);
        Assert.Contains("not gzip", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void TryInflate_WrongChecksumOrSize_IsMalformed()
    {
        for (int i = 1; i <= 8; i++)
        {
            byte[] wrong = [.. Body];
            wrong[^i]++;
            Assert.Equal(Body.Length - 8, AssertMalformed(wrong, "checksum").Offset);
            AssertMalformed([.. Body, .. wrong, .. Body], "checksum");
        }
    }

    [Fact]
    public void TryInflate_DamagedData_IsMalformed() => AssertMalformed([.. Body[..10], 0xFF, .. Body[11..]], "damaged");

    [Fact]
    public void TryInflate_GzipInGzip_IsSaid() => AssertMalformed(Corpus.Deflate(Body), "compressed twice");

    [Fact]
    public void TryInflate_Bomb_StopsAtTheLimit()
    {
        byte[] bomb = Zeros(64 << 20);
        Assert.True(bomb.Length < 1 << 20);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(InflateOutcome.TooLarge, GzipBody.TryInflate(bomb, Limit, output, out _));
        Assert.InRange(output.WrittenCount, Limit, Limit + (16 << 10));
        Assert.InRange(output.Capacity, 0, 4 * Limit);
    }

    [Fact]
    public void TryInflate_SizeThatIsClaimed_IsNotBelieved()
    {
        byte[] lying = [.. Body];
        BinaryPrimitives.WriteUInt32LittleEndian(lying.AsSpan(lying.Length - 4), uint.MaxValue);
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(InflateOutcome.Malformed, GzipBody.TryInflate(lying, long.MaxValue, output, out _));
        Assert.InRange(output.Capacity, 0, 1 << 20);
    }

    [Fact]
    public void TryInflate_LimitIsTheSize_IsComplete()
    {
        foreach ((long limit, InflateOutcome outcome) in ((long, InflateOutcome)[])[
            (Plain.Length, InflateOutcome.Complete), (Plain.Length - 1, InflateOutcome.TooLarge), (0, InflateOutcome.TooLarge)])
        {
            var output = new ArrayBufferWriter<byte>();
            Assert.Equal(outcome, GzipBody.TryInflate(Body, limit, output, out PprofError? error));
            Assert.Null(error);
        }
    }

    [Fact]
    public void TryInflate_ManyTinyMembers_AreRead()
    {
        byte[] tiny = Corpus.Deflate("x"u8.ToArray());
        byte[] body = [.. Enumerable.Repeat(tiny, 20_000).SelectMany(member => member)];
        Assert.Equal(20_000, Corpus.Inflate(body).Length);
        Assert.NotEmpty(AssertMalformed(body[..^1]).Message);
    }

    [Fact]
    public void TryInflate_OutputInSmallPieces_IsTheSame()
    {
        var output = new PieceWriter();
        Assert.Equal(InflateOutcome.Complete, GzipBody.TryInflate(Body, Limit, output, out _));
        Assert.Equal(Plain, output.Bytes);
    }

    [Fact]
    public void IsGzip_TellsByTheFirstBytes()
    {
        Assert.True(GzipBody.IsGzip(Body));
        Assert.False(GzipBody.IsGzip(Plain));
        Assert.False(GzipBody.IsGzip([]));
    }

    private static PprofError AssertMalformed(byte[] body, params string[] oneOf)
    {
        var output = new ArrayBufferWriter<byte>();
        Assert.Equal(InflateOutcome.Malformed, GzipBody.TryInflate(body, Limit, output, out PprofError? error));
        Assert.NotNull(error);
        Assert.Empty(error.Field);
        Assert.True(oneOf.Length == 0 || oneOf.Any(part => error.Message.Contains(part, StringComparison.Ordinal)), error.ToString());
        return error;
    }

    private static byte[] Zeros(int length)
    {
        using var output = new MemoryStream();
        using (var gzip = new GZipStream(output, CompressionLevel.Fastest))
        {
            byte[] chunk = new byte[1 << 20];
            for (int written = 0; written < length; written += chunk.Length)
            {
                gzip.Write(chunk);
            }
        }

        return output.ToArray();
    }

    private static uint Crc32(ReadOnlySpan<byte> bytes)
    {
        uint crc = uint.MaxValue;
        foreach (byte next in bytes)
        {
            crc ^= next;
            for (int bit = 0; bit < 8; bit++)
            {
                crc = (crc & 1) != 0 ? (crc >> 1) ^ 0xEDB88320 : crc >> 1;
            }
        }

        return ~crc;
    }

    /// <summary>Gives another small array each time, filled with rubbish, as a writer over segments may.</summary>
    private sealed class PieceWriter : IBufferWriter<byte>
    {
        private readonly List<byte> _written = [];
        private byte[] _piece = [];

        public IEnumerable<byte> Bytes => _written;

        public void Advance(int count) => _written.AddRange(_piece.AsSpan(0, count));

        public Memory<byte> GetMemory(int sizeHint = 0)
        {
            _piece = new byte[Math.Max(sizeHint, 16)];
            _piece.AsSpan().Fill(0xEE);
            return _piece;
        }

        public Span<byte> GetSpan(int sizeHint = 0) => GetMemory(sizeHint).Span;
    }
}
