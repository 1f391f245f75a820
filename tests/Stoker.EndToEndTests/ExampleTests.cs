using System.Text.Json;
using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The examples that are made of several parts: what would be scraped of them, and under which names.</summary>
public sealed class ExampleTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Running", "8080", "", true)]
    [InlineData("Running", "6060", "", true)]
    [InlineData("Running", "6060", "8080", false)]
    [InlineData("Succeeded", "6060", "", false)]
    public async Task Explain_OfAnAnnotatedPod_FollowsTheThirteenRules(string phase, string port, string annotatedPort, bool isScraped)
    {
        CommandResult result = await StokerProgram.RunAsync(
            Cancellation, "explain", Sources.Example("kubernetes-annotations.alloy"), "--json", "--discovery-timeout=100ms",
            $$"""
            {"__address__" = "10.0.0.7:{{port}}", "__meta_kubernetes_pod_ip" = "10.0.0.7", "__meta_kubernetes_pod_phase" = "{{phase}}",
            "__meta_kubernetes_pod_annotation_profiles_example_com_scrape" = "true", "__meta_kubernetes_pod_annotation_profiles_example_com_port" = "{{annotatedPort}}",
            "__meta_kubernetes_pod_container_port_number" = "{{port}}", "__meta_kubernetes_pod_label_app" = "cart", "__meta_kubernetes_namespace" = "web",
            "__meta_kubernetes_pod_name" = "cart-1", "__meta_kubernetes_pod_label_team" = "shop"}
            """.ReplaceLineEndings(" "));

        Assert.Equal(0, result.ExitCode);
        string url = $"http://10.0.0.7:{port}/debug/pprof/profile?seconds=14";
        Assert.Equal(isScraped, result.Output.Contains(url, StringComparison.Ordinal));
        Assert.Equal(isScraped, result.Output.Contains("\"service_name\": \"cart\"", StringComparison.Ordinal));
        Assert.DoesNotContain("/debug/pprof/allocs", result.Output, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Targets_OfTheModules_AreThoseOfTheLibrary()
    {
        using var folder = new TemporaryFolder();
        folder.Write("agent.alloy", await File.ReadAllTextAsync(Sources.Example("modules/agent.alloy"), Cancellation));
        foreach (string file in (string[])["go.alloy", "names.alloy"])
        {
            folder.Write($"library/{file}", await File.ReadAllTextAsync(Sources.Example($"modules/library/{file}"), Cancellation));
        }

        JsonElement[] scrapes = await TargetsAsync(folder.PathOf("agent.alloy"));

        Assert.Equal(["goroutine", "memory", "process_cpu"], scrapes.Select(scrape => scrape.GetProperty("labels").GetProperty("__name__").GetString()).Order());
        Assert.All(scrapes, scrape => Assert.Equal(
            ("stoker", false),
            (scrape.GetProperty("labels").GetProperty("service_name").GetString(), scrape.GetProperty("labels").TryGetProperty("app", out _))));
    }

    [Fact]
    public async Task Targets_OfTheLocalFiles_AreThoseOfTheFile()
    {
        using var folder = new TemporaryFolder();
        foreach (string file in (string[])["agent.alloy", "credentials.json", "services.json"])
        {
            folder.Write(file, await File.ReadAllTextAsync(Sources.Example($"local-files/{file}"), Cancellation));
        }

        folder.Write("services.json", """[{"__address__": "10.0.0.1:3000", "service_name": "a"}, {"__address__": "10.0.0.2:3000", "service_name": "b"}]""");
        JsonElement[] scrapes = await TargetsAsync(folder.PathOf("agent.alloy"));
        Assert.Equal(["10.0.0.1:3000", "10.0.0.2:3000"], scrapes.Select(scrape => scrape.GetProperty("labels").GetProperty("instance").GetString()).Distinct().Order());

        // Credentials in another shape are a mistake where they are used.
        folder.Write("credentials.json", "{}");
        CommandResult broken = await StokerProgram.RunAsync(Cancellation, "targets", folder.PathOf("agent.alloy"));
        Assert.Equal(1, broken.ExitCode);
        Assert.Contains("agent.alloy:42:", broken.Errors, StringComparison.Ordinal);
        Assert.Contains("the array is empty", broken.Errors, StringComparison.Ordinal);
    }

    private static async Task<JsonElement[]> TargetsAsync(string path)
    {
        CommandResult result = await StokerProgram.RunAsync(Cancellation, "targets", path, "--json");
        Assert.True(result.ExitCode == 0, result.Errors);
        using var document = JsonDocument.Parse(result.Output);
        return [.. document.RootElement.EnumerateArray().Select(element => element.Clone())];
    }
}
