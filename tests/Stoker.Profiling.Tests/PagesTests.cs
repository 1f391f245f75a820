using System.Net;
using System.Net.Http.Headers;
using Microsoft.AspNetCore.Builder;

namespace Stoker.Profiling.Tests;

public sealed class PagesTests
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("/debug/pprof")]
    [InlineData("/debug/pprof/")]
    public async Task Index_ForACommandLine_IsTextWithEveryPath(string path)
    {
        await using ProfiledApp app = await ProfiledApp.StartAsync();

        using HttpResponseMessage response = await app.Client.GetAsync(path, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("text/plain; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        string text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("/debug/pprof/profile?seconds=30\n", text, StringComparison.Ordinal);
        Assert.Contains("/debug/pprof/cmdline\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Index_ForABrowser_LinksToWhatIsServed()
    {
        await using ProfiledApp app = await ProfiledApp.StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/debug/pprof/");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));

        using HttpResponseMessage response = await app.Client.SendAsync(request, Cancelled);

        Assert.Equal("text/html; charset=utf-8", response.Content.Headers.ContentType?.ToString());
        string html = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Contains("<a href=\"/debug/pprof/profile?seconds=30\">profile</a>", html, StringComparison.Ordinal);
        Assert.DoesNotContain("pprof/heap", html, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Cmdline_Always_IsSeparatedByNul()
    {
        await using ProfiledApp app = await ProfiledApp.StartAsync();

        string text = await app.Client.GetStringAsync("/debug/pprof/cmdline", Cancelled);

        Assert.Equal(Environment.GetCommandLineArgs(), text.Split('\0'));
    }

    [Theory]
    [InlineData("heap", "Unknown profile\nheap is not served by this version of Stoker.Profiling, only profile (CPU) is.\n")]
    [InlineData("goroutine", "Unknown profile\ngoroutine is not served by this version of Stoker.Profiling, only profile (CPU) is.\n")]
    [InlineData("nonsense", "Unknown profile\n")]
    public async Task Name_ThatIsNotServed_IsUnknown(string name, string text)
    {
        await using ProfiledApp app = await ProfiledApp.StartAsync();

        using HttpResponseMessage response = await app.Client.GetAsync($"/debug/pprof/{name}", Cancelled);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Equal(text, await response.Content.ReadAsStringAsync(Cancelled));
    }

    [Fact]
    public async Task MapPprof_WithAPrefixAndAConvention_KeepsToThem()
    {
        await using ProfiledApp app = await ProfiledApp.StartAsync(map: web => web.MapPprof("internal/pprof/").RequireHost("inside.test"));
        using var inside = new HttpRequestMessage(HttpMethod.Get, "/internal/pprof");
        inside.Headers.Host = "inside.test";

        using HttpResponseMessage index = await app.Client.SendAsync(inside, Cancelled);
        using HttpResponseMessage outside = await app.Client.GetAsync("/internal/pprof", Cancelled);

        Assert.Contains("\n/internal/pprof/cmdline\n", await index.Content.ReadAsStringAsync(Cancelled), StringComparison.Ordinal);
        Assert.Equal(HttpStatusCode.NotFound, outside.StatusCode);
    }
}
