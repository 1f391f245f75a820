using Stoker.Delivery.Files;
using Stoker.TestKit.Pyroscope;

namespace Stoker.Delivery.Tests.Files;

/// <summary>Disks that do not take profiles, and take them again.</summary>
public sealed class DiskFaultTests
{
    [Fact]
    public async Task Directory_IsAFile_IsReportedOnceAndRecoversByItself()
    {
        using var storage = new TemporaryFolder();
        await File.WriteAllTextAsync(storage.At("profiles"), "in the way", TestContext.Current.CancellationToken);
        await using Running files = Running.Start(FilesComponent.Definition, new FilesArguments(), storage.Path);
        await files.LoggedAsync(Events.WritesFailing);
        for (int i = 0; i < 10; i++)
        {
            files.Receiver.Accept(SampleProfile.Scraped(files.Time, $"service-{i}"));
            await files.AdvanceAsync(TimeSpan.FromSeconds(6));
        }

        Assert.StartsWith($"cannot write to {storage.At("profiles")}: ", files.Health, StringComparison.Ordinal);
        Assert.Equal("failing", files.State("state"));
        Assert.True(files.HasState("remedy"));
        Assert.Equal(10, files.Count("queued"));

        File.Delete(storage.At("profiles"));
        await files.AdvanceAsync(TimeSpan.FromSeconds(6));
        await files.LoggedAsync(Events.ProfileWritten, 10);

        Assert.Equal(10, storage.Files.Count);
        Assert.Equal("healthy", files.State("state"));
        Assert.Single(files.Log.Of(Events.WritesFailing));
        Assert.Single(files.Log.Of(Events.WritesRecovered));
    }

    [Fact]
    public async Task Directory_ReplacedByAFileWhileRunning_KeepsWhatComesUntilItIsBack()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Running.Start(FilesComponent.Definition, new FilesArguments(), storage.Path);
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "before"));
        await files.LoggedAsync(Events.ProfileWritten);

        Directory.Delete(storage.At("profiles"), recursive: true);
        await File.WriteAllTextAsync(storage.At("profiles"), "in the way", TestContext.Current.CancellationToken);
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "meanwhile"));
        await files.LoggedAsync(Events.WritesFailing);

        File.Delete(storage.At("profiles"));
        await files.AdvanceAsync(TimeSpan.FromSeconds(6));
        await files.LoggedAsync(Events.ProfileWritten, 2);

        Assert.StartsWith("profiles/meanwhile/", Assert.Single(storage.Files), StringComparison.Ordinal);
        Assert.Equal(1, files.Count("files"));
    }

    [Fact]
    public async Task Folder_OfOneService_InTheWay_DropsItsProfilesAndWritesTheOthers()
    {
        using var storage = new TemporaryFolder();
        Directory.CreateDirectory(storage.At("profiles"));
        await File.WriteAllTextAsync(storage.At("profiles", "blocked"), "in the way", TestContext.Current.CancellationToken);
        await using Running files = Running.Start(FilesComponent.Definition, new FilesArguments(), storage.Path);

        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "blocked"));
        int written = 0;
        while (files.Log.Of(Events.ProfilesDropped).Count == 0)
        {
            files.Receiver.Accept(SampleProfile.Scraped(files.Time, $"good-{written}"));
            written++;
            await files.AdvanceAsync(TimeSpan.FromSeconds(6));
            await files.LoggedAsync(Events.ProfileWritten, written);
            Assert.True(written < 100, "the blocked profile is never dropped");
        }

        Assert.Equal(1, files.Dropped("write_failed"));
        Assert.Equal(written, files.Count("written"));
    }

    [Fact]
    public async Task Queue_WhileTheDiskIsAway_KeepsTheNewest()
    {
        using var storage = new TemporaryFolder();
        await File.WriteAllTextAsync(storage.At("profiles"), "in the way", TestContext.Current.CancellationToken);
        await using Running files = Running.Start(FilesComponent.Definition, new FilesArguments(), storage.Path);
        await files.LoggedAsync(Events.WritesFailing);
        byte[] megabytes = new byte[20 * 1024 * 1024];
        megabytes[0] = 0x1F;
        megabytes[1] = 0x8B;

        for (int i = 0; i < 5; i++)
        {
            files.Receiver.Accept(SampleProfile.Scraped(files.Time, $"service-{i}", bytes: megabytes));
        }

        Assert.Equal(2, files.Dropped("queue_full"));
        File.Delete(storage.At("profiles"));
        await files.AdvanceAsync(TimeSpan.FromSeconds(6));
        await files.LoggedAsync(Events.ProfileWritten, 3);

        Assert.Equal(["service-2", "service-3", "service-4"], storage.Files.Select(file => file.Split('/')[1]));
    }

    [Fact]
    public void Describe_AFullDevice_SaysSoWithARemedy()
    {
        // The kernel's own full device, so that the error is a real one.
        Exception? full = Record.Exception(() =>
        {
            using var file = new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0);
            file.Write(new byte[100]);
        });

        (string error, string remedy) = DiskFault.Describe(full!);

        Assert.Equal("no space left on the device", error);
        Assert.Contains("max_bytes", remedy, StringComparison.Ordinal);
    }
}
