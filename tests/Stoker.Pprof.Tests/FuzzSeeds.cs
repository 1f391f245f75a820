namespace Stoker.Pprof.Tests;

/// <summary>The whole profiles that broken ones are made of, in families with the same columns.</summary>
internal static class FuzzSeeds
{
    // Without addresses, with labels, unpacked, ids with gaps, unknown fields: what the captured ones do not have.
    private static readonly byte[] Odd = Wire.Join(
        Wire.Bytes(1, Wire.Number(1, 1ul), Wire.Number(2, 2ul)),
        Wire.Bytes(1, Wire.Number(1, 3ul), Wire.Number(2, 6ul)),
        Wire.Bytes(2, Wire.Number(2, 5ul), Wire.Number(1, 40ul), Wire.Number(1, 7ul), Wire.Number(2, 6ul), Wire.Number(20, 1ul)),
        Wire.Bytes(2, Wire.Packed(1, 7), Wire.Packed(2, 1, 2), Numbers(3, (1, 4), (2, 5)), Numbers(3, (1, 4), (3, 9))),
        Wire.Bytes(4, Wire.Number(1, 40ul), Numbers(4, (1, 9), (2, 3)), Numbers(4, (1, 2), (3, 8))),
        Wire.Bytes(4, Wire.Number(1, 7ul), Numbers(4, (1, 2)), Wire.Number(5, 1ul)),
        Numbers(5, (1, 9), (2, 4)),
        Numbers(5, (1, 2), (2, 5), (4, 3)),
        Wire.Texts("", "contentions", "count", "delay", "key", "value", "nanoseconds"),
        Wire.Packed(13, 4, 5),
        Wire.Number(9, 77ul));

    // Two mappings, one of them elsewhere than the program, stacks that share frames, negative and large values, a stack that comes twice.
    private static readonly byte[] Mapped = Wire.Join(
        Wire.Bytes(1, Wire.Number(1, 1ul), Wire.Number(2, 2ul)),
        Wire.Bytes(1, Wire.Number(1, 3ul), Wire.Number(2, 4ul)),
        Wire.Bytes(2, Wire.Packed(1, 1, 2, 3), Wire.Packed(2, 9, 800)),
        Wire.Bytes(2, Wire.Packed(1, 1, 2, 3), Wire.Packed(2, 1, ulong.MaxValue)),
        Wire.Bytes(2, Wire.Packed(1, 2, 3), Wire.Packed(2, 4, 1ul << 62), Numbers(3, (1, 5), (3, 16), (4, 4))),
        Wire.Bytes(2, Wire.Packed(1, 3), Wire.Packed(2, 0, 0)),
        Numbers(3, (1, 1), (2, 0x40_0000), (3, 0x50_0000), (5, 6), (7, 1)),
        Numbers(3, (1, 2), (2, 0x7000_0000), (3, 0x7100_0000), (4, 0x1000), (5, 6), (6, 7)),
        Numbers(4, (1, 1), (2, 1), (3, 0x40_1000)),
        Wire.Bytes(4, Wire.Number(1, 2ul), Wire.Number(2, 2ul), Wire.Number(3, 0x7000_2000ul), Numbers(4, (1, 1), (2, 12))),
        Numbers(4, (1, 3), (2, 1), (3, 0x40_1000)),
        Numbers(5, (1, 1), (2, 8), (3, 8), (4, 6), (5, 10)),
        Wire.Texts("", "alloc_objects", "count", "alloc_space", "bytes", "size", "app", "build", "main"),
        Wire.Bytes(11, Wire.Number(1, 3ul), Wire.Number(2, 4ul)),
        Wire.Number(12, 512ul),
        Wire.Number(14, 3ul),
        Wire.Number(10, 1_000_000ul));

    private static readonly byte[] Later = Wire.Join(
        Mapped,
        Wire.Bytes(2, Wire.Packed(1, 2), Wire.Packed(2, 70, 80)),
        Wire.Bytes(2, Wire.Packed(1, 1, 1), Wire.Packed(2, 7, 8)),
        Wire.Number(9, 1ul << 60));

    private static readonly byte[] Small = new HandMade().Build();

    // Whole bodies that are not one plain profile in one member.
    private static readonly byte[][] OddGzip =
    [
        Corpus.Deflate(new byte[1 << 20]), [.. Corpus.Deflate(Odd), .. Corpus.Deflate(Small)],
        Corpus.Deflate(Corpus.Deflate(Small)), Corpus.Deflate([]),
        // A name and a remark in the header.
        [0x1F, 0x8B, 8, 24, 0, 0, 0, 0, 0, 3, 0x61, 0, 0x62, 0, .. Corpus.Deflate(Small)[10..]],
    ];

    /// <summary>Small ones more often: they take less time and change more for each byte.</summary>
    public static IReadOnlyList<Family> Families { get; } =
    [
        new([Small, new HandMade { Rest = Wire.Number(9, 2_000_000_000ul) }.Build()]),
        new([Odd, Wire.Join(Odd, Wire.Bytes(2, Wire.Packed(1, 40), Wire.Packed(2, 3, 4)))]),
        new([Mapped, Later]),
        new([Mapped, Later]),
        new([Mapped, Small, Odd]),
        new([Corpus.Read("etcd.mutex.a"), Corpus.Read("etcd.mutex.b"), Odd]),
        new([Corpus.Read("prometheus-debug.mutex.a"), Corpus.Read("prometheus-debug.mutex.b")]),
        new([Corpus.Read("caddy.profile")]),
        new([Corpus.Read("caddy.goroutine"), Small]),
    ];

    private static byte[] Numbers(int field, params (int Field, ulong Value)[] numbers) =>
        Wire.Bytes(field, [.. numbers.Select(number => Wire.Number(number.Field, number.Value))]);

    public sealed class Family(byte[][] profiles)
    {
        public byte[][] Profiles { get; } = profiles;

        public ProfileTree[] Trees { get; } = [.. profiles.Select(profile => new ProfileTree(profile))];

        public byte[][] Compressed { get; } = [.. profiles.Select(Corpus.Deflate), .. OddGzip];
    }
}
