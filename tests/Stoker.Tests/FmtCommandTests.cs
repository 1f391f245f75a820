using System.Runtime.Versioning;
using System.Text;
using Stoker.Commands;

namespace Stoker.Tests;

public sealed class FmtCommandTests : IDisposable
{
    private const string Source = "a=1\nbb = 2\n";
    private const string Formatted = "a  = 1\nbb = 2\n";

    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("stoker-fmt-");
    private readonly MemoryStream _output = new();
    private readonly StringWriter _errors = new();

    private string FilePath => Path.Combine(_directory.FullName, "test.alloy");

    private string Output => Encoding.UTF8.GetString(_output.ToArray());

    private string Errors => _errors.ToString();

    public void Dispose()
    {
        _output.Dispose();
        _errors.Dispose();
        _directory.Delete(recursive: true);
    }

    [Fact]
    public async Task File_Given_IsPrintedFormattedAndNotChanged()
    {
        Assert.Equal(0, await RunOnFileAsync(Source));

        Assert.Equal((Formatted, "", Source), (Output, Errors, await ReadAsync()));
    }

    [Fact]
    public async Task StandardInput_IsRead()
    {
        Assert.Equal(0, await RunAsync("-", input: Source));

        Assert.Equal((Formatted, ""), (Output, Errors));
    }

    [Fact]
    public async Task StandardInput_Empty_GivesOneLineFeed()
    {
        Assert.Equal(0, await RunAsync("-", input: ""));

        Assert.Equal("\n", Output);
    }

    [Fact]
    public async Task StandardInput_SyntaxError_IsNamedStdin()
    {
        Assert.Equal(1, await RunAsync("-", input: "a = ]\n"));

        Assert.StartsWith("<stdin>:1:5: ", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SyntaxErrors_AreOneLineEachAndAFailureLine()
    {
        Assert.Equal(1, await RunOnFileAsync("a = ]\nb = 1\nc = )\n", write: true));

        string[] lines = Errors.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(3, lines.Length);
        Assert.StartsWith($"{FilePath}:1:5: ", lines[0], StringComparison.Ordinal);
        Assert.StartsWith($"{FilePath}:3:5: ", lines[1], StringComparison.Ordinal);
        Assert.StartsWith($"Error: {FilePath} ", lines[2], StringComparison.Ordinal);
        Assert.Equal("", Output);
        Assert.Equal("a = ]\nb = 1\nc = )\n", await ReadAsync());
    }

    [Fact]
    public async Task Warnings_AreNotPrinted()
    {
        Assert.Equal(0, await RunOnFileAsync("a = 017\n"));

        Assert.Equal(("a = 017\n", ""), (Output, Errors));
    }

    [Fact]
    [UnsupportedOSPlatform("windows")]
    public async Task Write_ChangedFile_IsReplacedAndKeepsItsMode()
    {
        File.WriteAllText(FilePath, Source);
        File.SetUnixFileMode(FilePath, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead);

        Assert.Equal(0, await RunAsync(FilePath, write: true));

        Assert.Equal((Formatted, "", ""), (await ReadAsync(), Output, Errors));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.GroupRead, File.GetUnixFileMode(FilePath));
        Assert.Single(_directory.GetFiles());
    }

    [Fact]
    public async Task Write_FormattedFile_IsNotTouched()
    {
        File.WriteAllText(FilePath, Formatted);
        var longAgo = new DateTime(2001, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(FilePath, longAgo);

        Assert.Equal(0, await RunAsync(FilePath, write: true));

        Assert.Equal(longAgo, File.GetLastWriteTimeUtc(FilePath));
    }

    [Fact]
    public async Task Write_Link_ChangesItsTargetAndStaysALink()
    {
        File.WriteAllText(FilePath, Source);
        string link = Path.Combine(_directory.CreateSubdirectory("links").FullName, "link.alloy");
        File.CreateSymbolicLink(link, "../test.alloy");

        Assert.Equal(0, await RunAsync(link, write: true));

        Assert.Equal("../test.alloy", new FileInfo(link).LinkTarget);
        Assert.Equal(Formatted, await ReadAsync());
    }

    [Fact]
    public async Task Test_FileThatWouldChange_FailsAndChangesNothing()
    {
        Assert.Equal(1, await RunOnFileAsync(Source, test: true));

        Assert.Equal(("", Source), (Output, await ReadAsync()));
        Assert.StartsWith($"Error: {FilePath} is not formatted", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Test_FormattedFile_Succeeds()
    {
        Assert.Equal(0, await RunOnFileAsync(Formatted, test: true));

        Assert.Equal(("", ""), (Output, Errors));
    }

    [Theory]
    [InlineData(true, "test.alloy", "exclude each other")]
    [InlineData(false, "-", "needs a file")]
    public async Task Write_WithTestOrStandardInput_IsRefused(bool test, string path, string message)
    {
        Assert.Equal(1, await RunAsync(path, write: true, test: test, input: Source));

        Assert.Contains(message, Errors, StringComparison.Ordinal);
        Assert.Equal("", Output);
    }

    [Fact]
    public async Task Directory_IsRefused()
    {
        Assert.Equal(1, await RunAsync(_directory.FullName));

        Assert.Equal($"Error: {_directory.FullName} is a directory; name a file\n", Errors);
    }

    [Fact]
    public async Task MissingFile_IsRefused()
    {
        Assert.Equal(1, await RunAsync(FilePath));

        Assert.Equal($"Error: {FilePath} does not exist or may not be read\n", Errors);
    }

    [Fact]
    public async Task BytesThatAreNotUtf8_AreRefusedWithTheirPlace()
    {
        File.WriteAllBytes(FilePath, [.. "a = \""u8, 0xC3, (byte)'"', (byte)'\n']);

        Assert.Equal(1, await RunAsync(FilePath));

        Assert.Contains($"{FilePath}:1:6: ", Errors, StringComparison.Ordinal);
        Assert.Contains("UTF-8", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Utf16_IsRefusedByItsName()
    {
        File.WriteAllText(FilePath, Source, Encoding.Unicode);

        Assert.Equal(1, await RunAsync(FilePath));

        Assert.Contains("UTF-16", Errors, StringComparison.Ordinal);
    }

    [Fact]
    public async Task EndlessInput_IsRefused()
    {
        await using FileStream zeros = File.OpenRead("/dev/zero");

        int exitCode = await FmtCommand.RunAsync(
            "-", write: false, test: false, zeros, _output, _errors, TestContext.Current.CancellationToken);

        Assert.Equal(1, exitCode);
        Assert.Equal("Error: <stdin> has more than 16777216 bytes; that is no configuration file\n", Errors);
    }

    private async Task<int> RunOnFileAsync(string source, bool write = false, bool test = false)
    {
        await File.WriteAllTextAsync(FilePath, source, TestContext.Current.CancellationToken);
        return await RunAsync(FilePath, write, test);
    }

    private async Task<int> RunAsync(string path, bool write = false, bool test = false, string input = "")
    {
        using var stream = new MemoryStream(Encoding.UTF8.GetBytes(input));
        return await FmtCommand.RunAsync(path, write, test, stream, _output, _errors, TestContext.Current.CancellationToken);
    }

    private Task<string> ReadAsync() => File.ReadAllTextAsync(FilePath, TestContext.Current.CancellationToken);
}
