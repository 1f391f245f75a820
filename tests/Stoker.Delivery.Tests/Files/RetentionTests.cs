using Stoker.Delivery.Files;
using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests.Files;

/// <summary>What stoker.files removes, and what it leaves alone.</summary>
public sealed class RetentionTests
{
    private const long Mebibyte = 1024 * 1024;

    [Fact]
    public async Task Size_OverTheLimit_RemovesTheOldestBeforeItWrites()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage, new FilesArguments { MaxBytes = Mebibyte });
        byte[] incompressible = Incompressible(200_000);

        for (int i = 1; i <= 12; i++)
        {
            files.Receiver.Accept(SampleProfile.Scraped(files.Time, $"service-{i:00}", bytes: incompressible));
            await files.LoggedAsync(Events.ProfileWritten, i);
            Assert.True(storage.Bytes <= Mebibyte);
            files.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal(
            ["service-08", "service-09", "service-10", "service-11", "service-12"],
            storage.Files.Select(file => file.Split('/')[1]));

        // The folders of what was removed are gone too.
        Assert.Equal(5, Directory.GetDirectories(storage.At("profiles")).Length);
    }

    [Fact]
    public async Task Size_OfEarlierRuns_Counts()
    {
        using var storage = new TemporaryFolder();
        byte[] incompressible = Incompressible(200_000);
        string folder = storage.At("profiles", "old", "memory");
        Directory.CreateDirectory(folder);
        for (int i = 0; i < 8; i++)
        {
            await File.WriteAllBytesAsync(
                Path.Combine(folder, $"2026010{i % 2 + 1}T00000{i}.000Z-0123456789abcdef.pb.gz"), incompressible, TestContext.Current.CancellationToken);
        }

        await using Running files = Start(storage, new FilesArguments { MaxBytes = Mebibyte });
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "new", bytes: incompressible));
        await files.LoggedAsync(Events.ProfileWritten);

        // Five find room: the new one and the newest four of the second day.
        Assert.Equal(
            ["20260102T000001.000Z", "20260102T000003.000Z", "20260102T000005.000Z", "20260102T000007.000Z", "20260102T030405.678Z"],
            storage.Files.Select(file => Path.GetFileName(file)[..20]).Order(StringComparer.Ordinal));
        Assert.True(storage.Bytes <= Mebibyte);
    }

    [Fact]
    public async Task Size_OfOneProfileOverTheLimit_DropsItAndKeepsTheOthers()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage, new FilesArguments { MaxBytes = Mebibyte });
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "small"));
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "huge", bytes: Incompressible(2 * 1024 * 1024)));
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "small", type: "memory"));
        await files.LoggedAsync(Events.ProfileWritten, 2);

        Assert.Equal(2, storage.Files.Count);
        Assert.Equal(1, files.Dropped("too_large"));
    }

    [Fact]
    public async Task Age_OverTheLimit_RemovesWithoutAnyNewProfile()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage, new FilesArguments { MaxAge = TimeSpan.FromHours(2) });
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "old"));
        await files.LoggedAsync(Events.ProfileWritten);
        await files.AdvanceAsync(TimeSpan.FromHours(1));
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "young"));
        await files.LoggedAsync(Events.ProfileWritten, 2);

        await files.AdvanceAsync(TimeSpan.FromMinutes(61));
        await files.LoggedAsync(2103);

        Assert.StartsWith("profiles/young/", Assert.Single(storage.Files), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Age_OfNone_KeepsEverything()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage, new FilesArguments { MaxAge = TimeSpan.Zero });
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "old"));
        await files.LoggedAsync(Events.ProfileWritten);
        await files.AdvanceAsync(TimeSpan.FromDays(400));
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "young"));
        await files.LoggedAsync(Events.ProfileWritten, 2);

        Assert.Equal(2, storage.Files.Count);
    }

    [Fact]
    public async Task Files_OfOthers_AreNeverTouchedAndLeftoversOfACrashAreRemoved()
    {
        using var storage = new TemporaryFolder();
        string folder = storage.At("profiles", "checkout", "memory");
        Directory.CreateDirectory(folder);
        string[] foreign =
        [
            storage.At("profiles", "README.md"),
            Path.Combine(folder, "notes.txt"),
            Path.Combine(folder, "20200101T000000.000Z-0123456789abcdef.pb.gz.bak"),
            Path.Combine(folder, "20200101T000000.000Z-0123456789ABCDEF.pb.gz"),
            Path.Combine(folder, "20200101T000000.000Z-0123456789abcdef-01.pb.gz"),
            Path.Combine(folder, "heap.pb.gz"),
            Path.Combine(folder, "other.tmp"),
        ];
        string own = Path.Combine(folder, "20200101T000000.000Z-0123456789abcdef-1.pb.gz");
        string leftover = Path.Combine(folder, ".stoker-00112233445566778899aabbccddeeff.tmp");
        foreach (string file in foreign.Append(own).Append(leftover))
        {
            await File.WriteAllTextAsync(file, "x", TestContext.Current.CancellationToken);
        }

        await using Running files = Start(storage, new FilesArguments());
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "checkout", "memory"));
        await files.LoggedAsync(Events.ProfileWritten);

        Assert.All(foreign, file => Assert.True(File.Exists(file), file));
        Assert.False(File.Exists(own), "a profile of 2020 is older than a week");
        Assert.False(File.Exists(leftover));
        Assert.Equal(foreign.Length + 1, storage.Files.Count);
    }

    [Fact]
    public async Task Files_RemovedBySomebodyElse_DoNotConfuseTheCount()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage, new FilesArguments { MaxBytes = Mebibyte });
        byte[] incompressible = Incompressible(200_000);
        for (int i = 1; i <= 5; i++)
        {
            files.Receiver.Accept(SampleProfile.Scraped(files.Time, $"service-{i}", bytes: incompressible));
            await files.LoggedAsync(Events.ProfileWritten, i);
            files.Time.Advance(TimeSpan.FromSeconds(1));
        }

        Directory.Delete(storage.At("profiles"), recursive: true);
        for (int i = 6; i <= 10; i++)
        {
            files.Receiver.Accept(SampleProfile.Scraped(files.Time, $"service-{i}", bytes: incompressible));
            await files.LoggedAsync(Events.ProfileWritten, i);
        }

        Assert.Equal(5, storage.Files.Count);
    }

    private static Running Start(TemporaryFolder storage, FilesArguments arguments) =>
        Running.Start(FilesComponent.Definition, arguments, storage.Path);

    // Begins like gzip, so that it is written as it is.
    private static byte[] Incompressible(int length)
    {
        var bytes = new byte[length];
        new Random(1).NextBytes(bytes);
        bytes[0] = 0x1F;
        bytes[1] = 0x8B;
        return bytes;
    }
}
