using System.Runtime.InteropServices;
using Stoker.TestKit.Programs;
using Stoker.TestKit.Pyroscope;

namespace Stoker.EndToEndTests;

/// <summary>Modules, files and secrets from outside, with real programs at both ends.</summary>
public sealed class ModuleTests
{
    private const string Library = """
        declare "go" {
            argument "targets" { }
            argument "forward_to" { }
            argument "team" {
                optional = true
                default  = "none"
            }

            discovery.relabel "named" {
                targets = argument.targets.value
                rule {
                    target_label = "team"
                    replacement  = argument.team.value
                }
            }

            pyroscope.scrape "named" {
                targets         = discovery.relabel.named.output
                forward_to      = argument.forward_to.value
                scrape_interval = "2s"
                profiling_config {
                    profile.process_cpu { enabled = false }
                    profile.block { enabled = false }
                    profile.mutex { enabled = false }
                    profile.memory { enabled = false }
                }
            }
        }

        declare "of_another_world" {
            prometheus.scrape "metrics" { }
        }
        """;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Run_OfALibraryAndFiles_FollowsWhatChangesAndRefusesWhatIsBroken()
    {
        await using ServedProgram program = await ServedProgram.StartPrometheusAsync(Cancellation);
        await using PyroscopeStandIn backend = await PyroscopeStandIn.StartAsync();
        using var folder = new TemporaryFolder();
        folder.Write("library.alloy", Library);
        folder.Write("targets.json", $$"""[{"__address__": "{{program.Address}}", "service_name": "prometheus"}]""");
        folder.Write("secret.json", """{"tenant": {"id": "blue"} }""");
        await using StokerProcess stoker = await StokerProcess.StartAsync(
            $$"""
            import.file "lib" { filename = "{{folder.PathOf("library.alloy")}}" }

            local.file "targets" { filename = "{{folder.PathOf("targets.json")}}" }

            local.file "secret" { filename = "{{folder.PathOf("secret.json")}}" }

            local.file "absent" {
                filename  = "{{folder.PathOf("secret.json")}}"
                is_secret = true
            }

            lib.go "web" {
                targets    = encoding.from_json(local.file.targets.content)
                forward_to = [pyroscope.write.backend.receiver]
                team       = coalesce(sys.env("NO_SUCH_VARIABLE"), "web")
            }

            pyroscope.write "backend" {
                endpoint {
                    url     = "{{backend.Url}}"
                    headers = {"X-Scope-OrgID" = json_path(local.file.secret.content, "$.tenant.id")[0]}
                }
            }
            """,
            Cancellation);
        await WaitForAsync("a profile of the module", () => CountOf(backend, "web") >= 2, stoker);
        ComponentView scrape = await stoker.GetComponentAsync("lib.go.web/pyroscope.scrape.named", Cancellation);
        Assert.Equal("healthy", scrape.HealthState);

        // 1. A broken library changes nothing and says why.
        folder.Write("library.alloy", Library.Replace("scrape_interval = \"2s\"", "scrape_interval = 2", StringComparison.Ordinal));
        await Polling.UntilAsync("the import is unhealthy", TimeSpan.FromSeconds(60), async () =>
            (await stoker.GetComponentAsync("import.file.lib", Cancellation)).HealthState == "unhealthy", Cancellation, () => stoker.Process.Tail);
        string reason = (await stoker.GetComponentAsync("import.file.lib", Cancellation)).HealthMessage;
        Assert.Contains("what was imported has mistakes", reason, StringComparison.Ordinal);
        Assert.Contains("library.alloy:", reason, StringComparison.Ordinal);
        int before = CountOf(backend, "web");
        await WaitForAsync("more profiles as before", () => CountOf(backend, "web") >= before + 2, stoker);

        // 2. A good one is taken up without a reload.
        folder.Write("library.alloy", Library.Replace("replacement  = argument.team.value", "replacement  = argument.team.value + \"-2\"", StringComparison.Ordinal));
        await WaitForAsync("profiles with the new label", () => CountOf(backend, "web-2") >= 2, stoker);
        Assert.Equal("healthy", (await stoker.GetComponentAsync("import.file.lib", Cancellation)).HealthState);

        // 3. So are targets and headers from files.
        folder.Write("targets.json", $$"""[{"__address__": "{{program.Address}}", "service_name": "renamed"}]""");
        folder.Write("secret.json", """{"tenant": {"id": "green"} }""");
        await WaitForAsync("profiles under the new name", () => backend.Accepted.Any(push => push.Labels["service_name"] == "renamed"), stoker);
        Assert.Equal(0, await stoker.StopAsync(PosixSignal.SIGTERM, Cancellation));
        Assert.Empty(backend.Complaints());
        Assert.DoesNotContain(stoker.Log, line => line.Contains("tenant", StringComparison.Ordinal));
    }

    private static int CountOf(PyroscopeStandIn backend, string team) => backend.Accepted.Count(push => push.Labels["team"] == team);

    private static Task WaitForAsync(string awaited, Func<bool> ask, StokerProcess stoker) =>
        Polling.UntilAsync(awaited, TimeSpan.FromSeconds(60), ask, Cancellation, () => stoker.Process.Tail);
}
