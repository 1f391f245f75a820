using Stoker.TestKit.Programs;

namespace Stoker.EndToEndTests;

/// <summary>The real programs that stand as targets start, serve profiles, and go again: when this fails, what fails elsewhere is not Stoker's.</summary>
public sealed class ProgramsTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("prometheus")]
    [InlineData("alertmanager")]
    [InlineData("node-exporter")]
    [InlineData("etcd")]
    [InlineData("caddy")]
    public async Task Start_OfEachProgramBehindNginx_ServesAProfileThatGoPprofReads(string name)
    {
        GoPprof pprof = GoPprof.FindOrSkip();
        await using ServedProgram program = await StartAsync(name);
        await using ServedProgram nginx = await ServedProgram.StartNginxAsync(program.Address, Cancellation);
        await using RecordingProxy proxy = await RecordingProxy.StartAsync(nginx.Address, Cancellation);

        using var client = new HttpClient();
        byte[] body = await client.GetByteArrayAsync($"http://{proxy.Address}/debug/pprof/allocs?x=1", Cancellation);

        Assert.Contains("alloc_space", await pprof.TopAsync(body, Cancellation), StringComparison.Ordinal);
        RecordedAnswer recorded = Assert.Single(proxy.Answers);
        Assert.Equal(("/debug/pprof/allocs", "?x=1", 200), (recorded.Path, recorded.Query, recorded.Status));
        Assert.Equal(body, recorded.Body);
    }

    private static Task<ServedProgram> StartAsync(string name) => name switch
    {
        "prometheus" => ServedProgram.StartPrometheusAsync(Cancellation),
        "alertmanager" => ServedProgram.StartAlertmanagerAsync(Cancellation),
        "node-exporter" => ServedProgram.StartNodeExporterAsync(Cancellation),
        "etcd" => ServedProgram.StartEtcdAsync(Cancellation),
        _ => ServedProgram.StartCaddyAsync(Cancellation),
    };
}
