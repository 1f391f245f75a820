using Stoker.Components;
using Stoker.Discovery.Dns;
using Stoker.Labels;
using Stoker.TestKit.Programs;

namespace Stoker.Discovery.Tests.Dns;

/// <summary>discovery.dns, running with a resolv.conf of its own.</summary>
internal sealed class DnsRun : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();

    private DnsRun(string resolverFile, int port, DnsArguments arguments)
    {
        WriteResolverFile(resolverFile);
        var place = new ResolverPlace(_folder.PathOf("resolv.conf"), port);
        ComponentDefinition definition = DiscoveryComponent<DnsArguments>.Define(
            "discovery.dns", DnsArguments.Schema, (present, context) => new DnsSource(present, context.Time, place));
        Run = RunningDiscovery.Start(definition, arguments);
    }

    public RunningDiscovery Run { get; }

    public static DnsRun Start(int port, string type, params string[] names) => Start("nameserver 127.0.0.1\n", port, type, names);

    public static DnsRun Start(string resolverFile, int port, string type, params string[] names) =>
        new(resolverFile, port, Arguments(type, names));

    public static DnsArguments Arguments(string type, params string[] names) => new() { Names = names, Type = type, Port = 6060 };

    public static IEnumerable<string> Addresses(IReadOnlyList<LabelSet> targets) => targets.Select(target => target["__address__"]);

    public void WriteResolverFile(string text) => _folder.Write("resolv.conf", text);

    /// <summary>The next refresh.</summary>
    public Task RefreshAsync() => Run.RefreshAsync(TimeSpan.FromSeconds(30));

    public async ValueTask DisposeAsync()
    {
        await Run.DisposeAsync();
        _folder.Dispose();
    }
}
