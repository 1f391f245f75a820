using Stoker.Components;
using Stoker.Delivery.Files;
using Stoker.TestKit;
using Stoker.TestKit.Pyroscope;
using Stoker.TestKit.Pyroscope.Wire;

namespace Stoker.Delivery.Tests.Files;

/// <summary>What stoker.files puts on the disk.</summary>
public sealed class FilesTests
{
    [Fact]
    public async Task Write_AProfile_StandsWholeUnderItsNameAndIsLogged()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage);
        RawProfile profile = SampleProfile.Scraped(files.Time, "checkout", "memory", labels: [("instance", "10.0.0.1:80")]);

        files.Receiver.Accept(profile);
        await files.LoggedAsync(Events.ProfileWritten);

        string file = Assert.Single(storage.Files);
        Assert.Matches("^profiles/checkout/memory/20260102T030405\\.678Z-[0-9a-f]{16}\\.pb\\.gz$", file);
        Assert.Equal(profile.Bytes.ToArray(), await File.ReadAllBytesAsync(storage.At(file), TestContext.Current.CancellationToken));
        LogLine line = Assert.Single(files.Log.Of(Events.ProfileWritten));
        Assert.Equal(storage.At(file), line["path"]);
        Assert.Equal(profile.Bytes.Length.ToString(), line["bytes"]);
        Assert.Equal(storage.At(file), files.State("last_file"));
        Assert.Equal(1, files.Count("written"));
    }

    [Fact]
    public async Task Write_APlainProfile_IsCompressed()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage);
        byte[] plain = SampleProfile.CreatePlain(files.Time.GetUtcNow(), samples: 1000);

        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "checkout", bytes: plain));
        await files.LoggedAsync(Events.ProfileWritten);

        byte[] written = await File.ReadAllBytesAsync(storage.At(Assert.Single(storage.Files)), TestContext.Current.CancellationToken);
        Assert.Equal([0x1F, 0x8B], written[..2]);
        PprofProfile? read = ProfileChecks.TryRead(written, int.MaxValue, out int plainBytes, out _);
        Assert.Equal(plain.Length, plainBytes);
        Assert.Equal(1000, read!.Sample.Count);
    }

    [Fact]
    public async Task Write_SameMomentAndInstance_GetsASuffixAndKeepsBoth()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage);

        for (int i = 0; i < 3; i++)
        {
            files.Receiver.Accept(SampleProfile.Scraped(files.Time, "checkout"));
        }

        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "checkout", labels: [("instance", "other")]));
        await files.LoggedAsync(Events.ProfileWritten, 4);

        Assert.Equal(4, storage.Files.Count);
        Assert.Single(storage.Files, file => file.EndsWith("-1.pb.gz", StringComparison.Ordinal));
        Assert.Single(storage.Files, file => file.EndsWith("-2.pb.gz", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("../../etc/passwd", "%2E.%2F..%2Fetc%2Fpasswd")]
    [InlineData("..", "%2E%2E")]
    [InlineData(".", "%2E")]
    [InlineData(".hidden", "%2Ehidden")]
    [InlineData("", "unknown_service")]
    [InlineData("/", "%2F")]
    [InlineData("a b\nc\0d", "a%20b%0Ac%00d")]
    [InlineData("shop/checkout", "shop%2Fcheckout")]
    [InlineData("100%", "100%25")]
    [InlineData("Köln", "K%C3%B6ln")]
    [InlineData("C:\\x", "C%3A%5Cx")]
    public async Task Write_HostileLabelValues_StayWithinTheDirectory(string service, string segment)
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage);

        files.Receiver.Accept(SampleProfile.Scraped(files.Time, service, type: service.Length > 0 ? service : "memory"));
        await files.LoggedAsync(Events.ProfileWritten);

        string[] segments = Assert.Single(storage.Files).Split('/');
        Assert.Equal(4, segments.Length);
        Assert.Equal(["profiles", segment], segments[..2]);
    }

    [Fact]
    public async Task Write_VeryLongLabelValues_AreShortenedAndStayApart()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage);
        string longName = new('é', 2000);

        files.Receiver.Accept(SampleProfile.Scraped(files.Time, longName + "a"));
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, longName + "b"));
        await files.LoggedAsync(Events.ProfileWritten, 2);

        string[] folders = [.. storage.Files.Select(file => file.Split('/')[1]).Distinct()];
        Assert.Equal(2, folders.Length);
        Assert.All(folders, folder => Assert.InRange(folder.Length, 50, 140));
    }

    [Fact]
    public async Task Write_AbsoluteDirectory_IsNotBelowTheStorage()
    {
        using var storage = new TemporaryFolder();
        using var elsewhere = new TemporaryFolder();
        await using Running files = Start(storage, new FilesArguments { Directory = elsewhere.At("x", "y") });

        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "checkout"));
        await files.LoggedAsync(Events.ProfileWritten);

        Assert.Empty(storage.Files);
        Assert.StartsWith("x/y/checkout/", Assert.Single(elsewhere.Files), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Reload_AnotherDirectory_IsUsedForTheNextProfile()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage);
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "first"));
        await files.LoggedAsync(Events.ProfileWritten);

        files.Apply(new FilesArguments { Directory = "other" });
        files.Receiver.Accept(SampleProfile.Scraped(files.Time, "second"));
        await files.LoggedAsync(Events.ProfileWritten, 2);

        Assert.Collection(
            storage.Files,
            file => Assert.StartsWith("other/second/", file, StringComparison.Ordinal),
            file => Assert.StartsWith("profiles/first/", file, StringComparison.Ordinal));
        Assert.Equal(storage.At("other"), files.State("directory"));
    }

    [Fact]
    public async Task Stop_WithProfilesQueued_WritesThem()
    {
        using var storage = new TemporaryFolder();
        await using Running files = Start(storage);
        for (int i = 0; i < 50; i++)
        {
            files.Receiver.Accept(SampleProfile.Scraped(files.Time, $"service-{i}"));
        }

        await Running.Bounded(files.CancelAsync());

        Assert.Equal(50, storage.Files.Count);
        Assert.Equal(50, files.Count("written"));
    }

    [Theory]
    [InlineData("directory = \"\"", "1:1: directory is empty")]
    [InlineData("directory = \"a/../../b\"", "1:1: directory leads out of --storage.path; write an absolute path if that is meant")]
    [InlineData("max_bytes = \"10KiB\"", "1:1: max_bytes must be at least 1MiB")]
    [InlineData("max_age = \"-1s\"", "1:1: max_age must not be negative")]
    public void Read_AMistake_IsNamedWithItsPlace(string text, string expected)
    {
        (object? arguments, IReadOnlyList<string> diagnostics) = Configuration.Read(FilesArguments.Schema, text);

        Assert.Null(arguments);
        Assert.StartsWith(expected, Assert.Single(diagnostics), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Nothing_HasTheDefaults()
    {
        (object? read, IReadOnlyList<string> diagnostics) = Configuration.Read(FilesArguments.Schema, "");

        Assert.Empty(diagnostics);
        var arguments = (FilesArguments)read!;
        Assert.Equal("/data/profiles", arguments.FullDirectory("/data"));
        Assert.Equal(1L << 30, arguments.MaxBytes);
        Assert.Equal(TimeSpan.FromDays(7), arguments.MaxAge);
    }

    private static Running Start(TemporaryFolder storage, FilesArguments? arguments = null) =>
        Running.Start(FilesComponent.Definition, arguments ?? new FilesArguments(), storage.Path);
}
