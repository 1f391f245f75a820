using Stoker.Profiling.Stacks;

namespace Stoker.Profiling.Tests.Stacks;

public sealed class MemoryMapTests
{
    private static readonly MemoryMap Map = MemoryMap.Parse(
    [
        "7f0000003000-7f0000004000 r-xp 00002000 fe:00 247270                     /usr/lib/with space/libb.so.1 (deleted)",
        "7f0000001000-7f0000002000 r-xp 00002000 fe:00 247270                     /usr/lib/liba.so",
        "7f0000002000-7f0000003000 r--p 00002000 fe:00 247270                     /usr/lib/data.bin",
        "7f0000005000-7f0000006000 rwxp 00000000 00:00 0 ",
        "garbage",
        "zz-yy r-xp 0 0 0 /bad",
    ]);

    [Theory]
    [InlineData(0x7f0000001000UL, "liba.so")]
    [InlineData(0x7f0000001fffUL, "liba.so")]
    [InlineData(0x7f0000002000UL, null)]
    [InlineData(0x7f0000003800UL, "libb.so.1 (deleted)")]
    [InlineData(0x7f0000005000UL, "")]
    [InlineData(0x7f0000006000UL, null)]
    [InlineData(0UL, null)]
    [InlineData(ulong.MaxValue, null)]
    public void FileAt_AnAddress_IsTheFileWhoseCodeLiesThere(ulong address, string? file) => Assert.Equal(file, Map.FileAt(address));
}
