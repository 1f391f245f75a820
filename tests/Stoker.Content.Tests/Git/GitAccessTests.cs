using System.Diagnostics;
using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Stoker.Components;
using Stoker.Content.Git;
using Stoker.Syntax.Values;
using Stoker.TestKit;
using Stoker.TestKit.Programs;

namespace Stoker.Content.Tests.Git;

/// <summary>Who git says that it is, whom it tells, and that it never waits for a person.</summary>
public sealed class GitAccessTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public GitAccessTests() => RequiredProgram.FindOrSkip("git", "git");

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("http://HOST/m.git", "basic_auth {\nusername = \"ann\"\npassword = \"hush#1234\"\n}", "ann:hush#1234")]
    [InlineData("http://bob:pw%3A5678@HOST/m.git", "", "bob:pw:5678")]
    public async Task Run_ServerWantsCredentials_GetsThemAndNobodyElseSeesThem(string url, string block, string expected)
    {
        var asked = new List<string?>();
        await using WebApplication server = await ServeAsync(context =>
        {
            asked.Add(context.Request.Headers.Authorization);
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"m\"";
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        await using RunningContent git = Start(url.Replace("HOST", new Uri(server.Urls.First()).Authority, StringComparison.Ordinal), block);
        await git.FirstRoundAsync();

        Assert.Equal([null, "Basic " + Convert.ToBase64String(Encoding.UTF8.GetBytes(expected))], asked);
        string failure = Assert.Single(git.Failures);
        Assert.Contains("Authentication failed", failure, StringComparison.Ordinal);
        Assert.EndsWith("; check basic_auth", failure, StringComparison.Ordinal);
        string[] secrets = ["hush", "5678", "bob"];
        string everything = string.Concat(Directory.EnumerateFiles(_folder.FullPath, "*", SearchOption.AllDirectories).Select(File.ReadAllText)) + failure + git.Health + git.State()["source"];
        Assert.DoesNotContain(secrets, secret => everything.Contains(secret, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Run_ServerWantsCredentialsAndThereAreNone_SaysSoAndAsksNobody()
    {
        await using WebApplication server = await ServeAsync(context =>
        {
            context.Response.Headers.WWWAuthenticate = "Basic realm=\"m\"";
            context.Response.StatusCode = 401;
            return Task.CompletedTask;
        });
        await using RunningContent git = Start(server.Urls.First() + "/m.git");
        await git.FirstRoundAsync();
        Assert.EndsWith("; the repository wants credentials: add a basic_auth block", Assert.Single(git.Failures), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Run_ServerNeverAnswers_IsGivenUpAtTheDeadlineAndAtTheStop()
    {
        using var asked = new SemaphoreSlim(0);
        using var left = new SemaphoreSlim(0);
        await using WebApplication server = await ServeAsync(async context =>
        {
            asked.Release();
            await Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            left.Release();
        });
        CancellationToken test = TestContext.Current.CancellationToken;
        await using (RunningContent git = Start(server.Urls.First() + "/m.git"))
        {
            await RunningContent.Bounded(asked.WaitAsync(test));
            git.Time.Advance(GitProgram.NetworkDeadline);
            await git.FirstRoundAsync();
            Assert.EndsWith("git fetch did not end within 5m0s", Assert.Single(git.Failures), StringComparison.Ordinal);
            await RunningContent.Bounded(left.WaitAsync(test));

            await git.PassAsync(TimeSpan.FromSeconds(1));
            await RunningContent.Bounded(asked.WaitAsync(test));
        }

        await RunningContent.Bounded(left.WaitAsync(test));
    }

    [Fact]
    public async Task Run_ProgramIsMissing_SaysWhatToInstall()
    {
        var git = new GitProgram(new GitCredentials([], [], []), new ManualTimeProvider(), "git-that-is-not-there");
        (_, string? fault) = await git.RunAsync(_folder.FullPath, GitProgram.LocalDeadline, ["version"], TestContext.Current.CancellationToken);
        Assert.Contains("the program git cannot be started", fault, StringComparison.Ordinal);
        Assert.Contains("apt-get install git", fault, StringComparison.Ordinal);
    }

    [Fact]
    public async Task SshFiles_WhileTheyExist_AreForThisUserAndAnswerThePassphraseOnly()
    {
        var key = new GitSshKeyArguments { Username = "g'it", Key = new SecretValue("KEY\n\n"), Passphrase = new SecretValue("hush 'x'") };
        string keyPath = _folder.PathOf("ssh_key");
        using (var files = new SshFiles(key, _folder.FullPath))
        {
            Assert.Equal("KEY\n", await File.ReadAllTextAsync(keyPath, TestContext.Current.CancellationToken));
            Assert.Equal($"ssh -o PasswordAuthentication=no -o KbdInteractiveAuthentication=no -l 'g'\\''it' -i '{keyPath}' -o IdentitiesOnly=yes -o IdentityAgent=none", files.Command);
            if (!OperatingSystem.IsWindows())
            {
                Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(keyPath));
            }

            Assert.Equal((0, "hush 'x'\n"), await AskAsync(files, $"Enter passphrase for key '{keyPath}': ", key));
            Assert.Equal((1, ""), await AskAsync(files, "Are you sure you want to continue connecting (yes/no)?", key));
        }

        Assert.Empty(Directory.EnumerateFiles(_folder.FullPath));
    }

    [Theory]
    [InlineData("https://u:p@h:8443/a/b.git?t=1", "https://h:8443/a/b.git?t=1", "https://h:8443/a/b.git?...", "https://h:8443")]
    [InlineData("git@h:a/b.git", "git@h:a/b.git", "git@h:a/b.git", null)]
    [InlineData("ssh://git@h/a.git", "ssh://git@h/a.git", "ssh://git@h/a.git", null)]
    [InlineData("/srv/a.git", "/srv/a.git", "/srv/a.git", null)]
    [InlineData("file:///srv/a.git", "file:///srv/a.git", "file:///srv/a.git", null)]
    public void Parse_Repository_KeepsCredentialsApart(string text, string address, string shown, string? origin)
    {
        GitRepository repository = GitRepository.Parse(text);
        Assert.Equal((address, shown, origin), (repository.Address, repository.Shown, repository.Origin));
    }

    [Theory]
    [InlineData("repository = \"\"", "is empty")]
    [InlineData("repository = \"--upload-pack=touch x\"", "begins with -, which git would take for an option")]
    [InlineData("repository = \"ext::sh -c x\"", "names the transport ext::, which runs a program of its own")]
    [InlineData("repository = \"ftp://h/x\"", "has the scheme ftp; only http, https, ssh, git, file can be fetched from")]
    [InlineData("repository = \"ssh://-oProxyCommand=x/y\"", "")]
    [InlineData("repository = \"https:///x\"", "")]
    [InlineData("repository = \"a\\nb\"", "holds a line break")]
    [InlineData("revision = \"HEAD\"", "revision cannot be HEAD")]
    [InlineData("revision = \"FETCH_HEAD\"", "revision cannot be FETCH_HEAD")]
    [InlineData("revision = \"\"", "revision is empty")]
    [InlineData("revision = \"--force\"", "revision begins with -")]
    [InlineData("revision = \"a:b\"", "revision has characters that no name can have")]
    [InlineData("revision = \"main~1\"", "revision has characters that no name can have")]
    [InlineData("path = \"\"", "path is empty")]
    [InlineData("path = \"a/../../b\"", "path leads out of the repository")]
    [InlineData("path = \".git/config\"", "path leads into git's own files")]
    [InlineData("pull_frequency = \"-1s\"", "pull_frequency must be over 0")]
    [InlineData("basic_auth { username = \"a\" }", "missing required attribute \"password\"")]
    [InlineData("basic_auth {\nusername = \"a\"\npassword = \"hush\\nhost=x\"\n}", "password holds a line break")]
    [InlineData("ssh_key { key = \"hush\" }", "missing required attribute \"username\"")]
    [InlineData("ssh_key { username = \"-oProxyCommand=x\" }", "username begins with -")]
    public void Arguments_WithAMistake_AreRefused(string line, string expected)
    {
        string[] good = ["repository = \"https://h/x.git\"", "path = \"a.alloy\""];
        string name = line[..(line.IndexOf('=', StringComparison.Ordinal) - 1)];
        string body = string.Join("\n", good.Where(other => !other.StartsWith(name + " ", StringComparison.Ordinal)).Append(line));
        string diagnostic = Assert.Single(Written.Read("import.git", body).Diagnostics);
        Assert.Contains(expected, diagnostic, StringComparison.Ordinal);
        Assert.DoesNotContain("hush", diagnostic, StringComparison.Ordinal);
    }

    [Fact]
    public void Arguments_WithPasswords_AreShownWithoutThem()
    {
        object arguments = Written.Read("import.git", "repository = \"https://u:hush@h/x.git\"\npath = \"a\"\nbasic_auth {\nusername = \"a\"\npassword = \"hush\"\n}").Arguments!;
        IEnumerable<BodyItem> items = Written.Definition("import.git").Arguments.Render(arguments);
        IEnumerable<BodyAttribute> shown = items.OfType<BodyAttribute>().Concat(items.OfType<BodyBlock>().SelectMany(block => block.Body.OfType<BodyAttribute>()));
        Assert.DoesNotContain(shown, attribute => Stoker.Components.Arguments.ValueText.Format(attribute.Value).Contains("hush", StringComparison.Ordinal));
    }

    private static async Task<(int Code, string Text)> AskAsync(SshFiles files, string question, GitSshKeyArguments key)
    {
        var start = new ProcessStartInfo(files.AskPassPath, [question]);
        start.Environment[SshFiles.PassphraseVariable] = key.Passphrase.Content;
        ProcessEnd end = await BoundedProcess.RunAsync(start, 1024, TimeSpan.FromSeconds(30), TimeProvider.System, TestContext.Current.CancellationToken);
        return (end.ExitCode, end.Output!);
    }

    private static async Task<WebApplication> ServeAsync(RequestDelegate answer)
    {
        WebApplicationBuilder builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        WebApplication server = builder.Build();
        server.Run(answer);
        await server.StartAsync(TestContext.Current.CancellationToken);
        return server;
    }

    private RunningContent Start(string repository, string rest = "") =>
        RunningContent.Start("import.git", $"repository = \"{repository}\"\npath = \"a.alloy\"\n{rest}", storagePath: _folder.FullPath);
}
