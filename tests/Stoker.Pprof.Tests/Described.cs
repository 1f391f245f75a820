namespace Stoker.Pprof.Tests;

/// <summary>
/// Profiles written byte by byte as their writers are described to do, where the writer cannot be run here: godeltaprof, the jemalloc_pprof
/// crate of Rust, C++ with a kernel in its stacks, runtimes without addresses. A name that ends in .a and .b is two scrapes of one process.
/// </summary>
internal static class Described
{
    private const int HasFunctions = 7;
    private const int HasFilenames = 8;
    private const int HasLineNumbers = 9;
    private const int HasInlineFrames = 10;
    private const long TimeNanos = 1_763_000_000_000_000_000;

    public static IReadOnlyDictionary<string, byte[]> Profiles { get; } = new Dictionary<string, byte[]>(StringComparer.Ordinal)
    {
        ["described/godeltaprof.memory"] = GodeltaprofMemory(),
        ["described/godeltaprof.block"] = GodeltaprofBlock(),
        ["described/jemalloc.heap.a"] = Jemalloc(0),
        ["described/jemalloc.heap.b"] = Jemalloc(1),
        ["described/jemalloc-symbolized.heap"] = JemallocSymbolized(),
        ["described/cpp.contention.a"] = CppContention(0),
        ["described/cpp.contention.b"] = CppContention(1),
        ["described/java.memory.a"] = JavaMemory(0),
        ["described/java.memory.b"] = JavaMemory(1),
        ["described/python.profile"] = Python(),
        ["described/scattered.mutex.a"] = Scattered.Mutex(0),
        ["described/scattered.mutex.b"] = Scattered.Mutex(1),
    };

    /// <summary>
    /// Go's own order: period and types first, each location right before the sample that needs it and its functions right after it; time,
    /// mappings and strings last. Three numbers or more are packed, two are not. What did not grow is left out.
    /// </summary>
    private static byte[] GodeltaprofMemory()
    {
        TextTable texts = new();
        return Wire.Join(
            Wire.Bytes(11, texts.ValueType("space", "bytes")),
            Wire.Number(12, 524288ul),
            Wire.Bytes(1, texts.ValueType("alloc_objects", "count")),
            Wire.Bytes(1, texts.ValueType("alloc_space", "bytes")),
            Wire.Bytes(1, texts.ValueType("inuse_objects", "count")),
            Wire.Bytes(1, texts.ValueType("inuse_space", "bytes")),
            Location(1, 1, 0x4a1c25, (1, 31), (2, 40)),
            texts.Function(1, "main.fresh[...]", "main.fresh[...]", "/src/shop/main.go", 28),
            texts.Function(2, "main.take", "main.take", "/src/shop/main.go", 35),
            Location(2, 1, 0x4a2f60, (3, 77)),
            texts.Function(3, "main.main.func1", "main.main.func1", "/src/shop/main.go", 71),
            Wire.Bytes(2, Wire.Packed(2, 128, 262144, 64, 131072), Wire.Number(1, 1ul), Wire.Number(1, 2ul), texts.Label("bytes", 2048)),
            Location(3, 1, 0x46d3a1, (4, 250)),
            texts.Function(4, "runtime.main", "runtime.main", "/usr/lib/go/src/runtime/proc.go", 145),
            Wire.Bytes(2, Wire.Packed(2, 0, 0, 3, 1_769_472), Wire.Packed(1, 1, 2, 3), texts.Label("bytes", 589824)),
            Wire.Bytes(2, Wire.Packed(2, 1, 16, 0, 0), texts.Label("bytes", 16)),
            Wire.Number(9, TimeNanos),
            texts.Mapping(1, 0x400000, 0x4b0000, 0, "/opt/shop/bin/shop", "", HasFunctions),
            texts.Build());
    }

    private static byte[] GodeltaprofBlock()
    {
        TextTable texts = new();
        return Wire.Join(
            Wire.Bytes(11, texts.ValueType("contentions", "count")),
            Wire.Number(12, 1ul),
            Wire.Bytes(1, texts.ValueType("contentions", "count")),
            Wire.Bytes(1, texts.ValueType("delay", "nanoseconds")),
            Location(1, 1, 0x46d0f0, (1, 442)),
            texts.Function(1, "runtime.chanrecv1", "runtime.chanrecv1", "/usr/lib/go/src/runtime/chan.go", 441),
            Wire.Bytes(2, Wire.Number(2, 17ul), Wire.Number(2, 9_000_000ul), Wire.Number(1, 1ul)),
            Wire.Number(9, TimeNanos),
            texts.Mapping(1, 0, 0, 0, "", "", HasFunctions),
            texts.Build());
    }

    /// <summary>
    /// Addresses, mappings and build ids and no functions; one comment for each mapping; a label comes once for each frame; strings, time
    /// and period after the tables.
    /// </summary>
    private static byte[] Jemalloc(int round)
    {
        TextTable texts = new();
        byte[] annotated = texts.Label("annotation", "request pool");
        byte[] periodType = Wire.Bytes(11, texts.ValueType("space", "bytes"));
        byte[] comments = Wire.Packed(13, texts["executableInfo=3;40000;5581e23c0000"], texts["executableInfo=3;0;7f0a1c000000"]);
        return Wire.Join(
            Wire.Bytes(1, texts.ValueType("inuse_space", "bytes")),
            Wire.Bytes(2, Wire.Packed(1, 1, 2, 3), Wire.Packed(2, 4_194_304 + (ulong)(round * 65_536))),
            Wire.Bytes(2, Wire.Packed(1, 4, 3), Wire.Packed(2, 524_288), annotated, annotated),
            Wire.Bytes(2, Wire.Packed(1, 4, 2, 3), Wire.Packed(2, round == 0 ? 8192ul : 4096)),
            texts.Mapping(1, 0x5581e2400000, 0x5581e2a00000, 0x40000, "/opt/shop/bin/shop", "9f7a1c6e0b3d5d1f"),
            texts.Mapping(2, 0x7f0a1c000000, 0x7f0a1c1f0000, 0, "/usr/lib/x86_64-linux-gnu/libc.so.6", ""),
            Location(1, 1, 0x5581e2411fff),
            Location(2, 1, 0x5581e2412345),
            Location(3, 2, 0x7f0a1c023456),
            Location(4, 0, 0x7ffd00001000),
            texts.Build(),
            Wire.Number(9, TimeNanos + (round * 15_000_000_000L)),
            periodType,
            comments);
    }

    private static byte[] JemallocSymbolized()
    {
        TextTable texts = new();
        return Wire.Join(
            Wire.Bytes(1, texts.ValueType("inuse_space", "bytes")),
            Wire.Bytes(2, Wire.Packed(1, 1, 2), Wire.Packed(2, 4_194_304)),
            texts.Mapping(1, 0x5581e2400000, 0x5581e2a00000, 0x40000, "/opt/shop", "9f7a1c6e", HasFunctions, HasFilenames, HasLineNumbers),
            Location(1, 1, 0x5581e2411fff, (1, 120), (2, 0)),
            Location(2, 1, 0x5581e2412345, (3, 9)),
            texts.Function(1, "<alloc::vec::Vec<T,A> as Clone>::clone", "_ZN63_$LT$alloc..vec..Vec$LT$T$C$A$GT$17h0E", "vec/mod.rs", 0),
            texts.Function(2, "shop::take::{{closure}}", "_ZN4shop4take28_$u7b$$u7b$closure$u7d$$u7d$17h1E", "", 0),
            texts.Function(3, "shop::main", "_ZN4shop4main17h2E", "src/main.rs", 0),
            Wire.Number(9, TimeNanos),
            Wire.Bytes(11, texts.ValueType("space", "bytes")),
            texts.Build());
    }

    /// <summary>
    /// Several mappings, addresses of the kernel and of nothing that is known, inlined lines, a folded location, frames to be dropped. Of
    /// its stacks one grows, one stays, one falls, one grows and has a number, one comes and one goes.
    /// </summary>
    private static byte[] CppContention(int round)
    {
        TextTable texts = new();
        byte[] sample(ulong[] stack, long count, long delay, params byte[][] labels) =>
            count == 0 ? [] : Wire.Bytes(2, [Wire.Packed(1, stack), Wire.Packed(2, (ulong)count, (ulong)delay), .. labels]);
        bool isFirst = round == 0;
        return Wire.Join(
            Wire.Bytes(1, texts.ValueType("contentions", "count")),
            Wire.Bytes(1, texts.ValueType("delay", "nanoseconds")),
            sample([10, 11, 12], isFirst ? 5 : 9, isFirst ? 500 : 900),
            sample([13, 12, 11], 3, 30),
            sample([14, 11], isFirst ? 10 : 4, isFirst ? 1000 : 400, texts.Label("thread", "worker 1")),
            sample([15, 12], isFirst ? 1 : 40, isFirst ? 10 : 4000, texts.Label("queue", 7, "items"), texts.Label("thread", "worker 2")),
            sample([12, 11], isFirst ? 0 : 2, 20),
            sample([11], isFirst ? 6 : 0, 60),
            texts.Mapping(1, 0x400000, 0x452000, 0, "/opt/shop", "b1d0", HasFunctions, HasFilenames, HasLineNumbers, HasInlineFrames),
            texts.Mapping(2, 0x7f8f9dc44000, 0x7f8f9dd9a000, 0x26000, "/usr/lib/libc.so.6", "c0de"),
            texts.Mapping(3, 0xffffffff81000000, 0xffffffffc0000000, 0xffffffff81000000, "[kernel.kallsyms]_text", ""),
            texts.Mapping(4, 0x7ffc1b5f2000, 0x7ffc1b5f4000, 0, "[vdso]", ""),
            Location(10, 1, 0x401234, (1, 20), (2, 41)),
            Wire.Bytes(4, Wire.Number(1, 11ul), Wire.Number(2, 1ul), Wire.Number(3, 0x401999ul), Line(3, 60), Wire.Number(5, 1ul)),
            Location(12, 2, 0x7f8f9dc45249),
            Location(13, 3, 0xffffffff81abcdef),
            Location(14, 4, 0x7ffc1b5f2a10),
            Location(15, 0, 0xfffffffffffffff0),
            texts.Function(1, "shop::Mix(unsigned long, unsigned char)", "_ZN4shop3MixEmh", "main.cc", 19),
            texts.Function(2, "shop::Shop::Put(std::unique_ptr<shop::Order>)", "_ZN4shop4Shop3PutESt10unique_ptrI5OrderE", "main.cc", 38),
            texts.Function(3, "main", "main", "main.cc", 52),
            Wire.Number(7, texts["SpinLockDelay|absl::Mutex::Lock"]),
            Wire.Number(8, texts["absl::Mutex::LockWhen"]),
            Wire.Number(9, TimeNanos + (round * 15_000_000_000L)),
            Wire.Number(10, 1_000_000_000ul),
            Wire.Bytes(11, texts.ValueType("contentions", "count")),
            Wire.Number(12, 1ul),
            Wire.Packed(13, texts["clock: cycles"], texts["host: shop-7"]),
            Wire.Number(14, texts["delay"]),
            texts.Build());
    }

    /// <summary>No mapping, no address, no file and no line: a location is a function's name, and threads are labels.</summary>
    private static byte[] JavaMemory(int round)
    {
        TextTable texts = new();
        string[] names =
        [
            "java/lang/Thread.run", "shop/Orders.lambda$take$0", "shop/Orders$Line.<init>", "java/util/Arrays.copyOf",
            "shop/Größe.messen", "[unknown]",
        ];
        byte[] sample(long objects, long space, long live, string thread, params ulong[] stack) => Wire.Bytes(
            2,
            Wire.Packed(1, stack),
            Wire.Packed(2, (ulong)objects, (ulong)space, (ulong)live),
            texts.Label("thread", thread),
            texts.Label("weight", live));
        return Wire.Join(
            Wire.Bytes(1, texts.ValueType("alloc_objects", "count")),
            Wire.Bytes(1, texts.ValueType("alloc_space", "bytes")),
            Wire.Bytes(1, texts.ValueType("live", "bytes")),
            sample(10 + (round * 7), 1000 + (round * 700), 500, "http-nio-8080-exec-1", 4, 3, 2, 1),
            sample(10, 1000, 500, "http-nio-8080-exec-2", 4, 3, 2, 1),
            sample(round * 3, round * 96, 0, "main", 5, 2, 1),
            sample(2 - round, 64 - (round * 32), 64, "main", 6, 1),
            Wire.Join([.. names.Select((_, i) => Location((ulong)i + 1, 0, 0, ((ulong)i + 1, 0)))]),
            Wire.Join([.. names.Select((name, i) => Wire.Bytes(5, Wire.Number(1, (ulong)i + 1), Wire.Number(2, texts[name])))]),
            texts.Build(),
            Wire.Number(9, TimeNanos + (round * 15_000_000_000L)));
    }

    /// <summary>No address and no mapping; functions have files, the lines tell the locations apart.</summary>
    private static byte[] Python()
    {
        TextTable texts = new();
        byte[] sample(ulong count, long threadId, string threadName, params ulong[] stack) => Wire.Bytes(
            2,
            Wire.Packed(1, stack),
            Wire.Packed(2, count, count * 10_000_000),
            texts.Label("thread_id", threadId),
            texts.Label("thread_name", threadName));
        return Wire.Join(
            Wire.Bytes(1, texts.ValueType("samples", "count")),
            Wire.Bytes(1, texts.ValueType("time", "nanoseconds")),
            sample(12, 140_021, "MainThread", 1, 3),
            sample(1, 140_021, "MainThread", 2, 3),
            sample(2, 140_022, "worker-1", 2, 3),
            Location(1, 0, 0, (1, 14)),
            Location(2, 0, 0, (1, 15)),
            Location(3, 0, 0, (2, 40)),
            texts.Function(1, "pack", "pack", "/srv/shop/orders.py", 12),
            texts.Function(2, "<module>", "<module>", "/srv/shop/main.py", 1),
            Wire.Number(9, TimeNanos),
            Wire.Number(10, 1_500_000_000ul),
            Wire.Bytes(11, texts.ValueType("time", "nanoseconds")),
            Wire.Number(12, 10_000_000ul),
            texts.Build());
    }

    private static byte[] Location(ulong id, ulong mapping, ulong address, params (ulong Function, long Line)[] lines) => Wire.Bytes(
        4,
        [
            Wire.Number(1, id), mapping == 0 ? [] : Wire.Number(2, mapping), address == 0 ? [] : Wire.Number(3, address),
            .. lines.Select(line => Line(line.Function, line.Line)),
        ]);

    private static byte[] Line(ulong function, long line) => Wire.Bytes(4, Wire.Number(1, function), line == 0 ? [] : Wire.Number(2, line));
}
