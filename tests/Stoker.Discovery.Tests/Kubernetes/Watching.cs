using Stoker.Discovery.Kubernetes;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>A source that runs against a server; without another clock, short waits are over at once.</summary>
internal sealed class Watching : RunningSource
{
    private Watching(TimeProvider? time)
        : base("discovery.kubernetes.test", time ?? new ImpatientTimeProvider())
    {
    }

    public static KubernetesSurroundings Nowhere { get; } = new(_ => null, "/nonexistent");

    /// <param name="body">The body of the component; api_server is added to it.</param>
    public static Watching Start(ApiStandIn server, string body, TimeProvider? time = null) =>
        Start($"api_server = \"{server.Url}\"\n{body}", time);

    public static Watching Start(string body, TimeProvider? time = null, KubernetesSurroundings? surroundings = null)
    {
        var watching = new Watching(time);
        watching.Run(watching.SourceOf(body, surroundings ?? Nowhere));
        return watching;
    }

    /// <summary>Runs a source with other arguments in place of the present one, as a reload does.</summary>
    public Task RestartAsync(string body, KubernetesSurroundings? surroundings = null) => StartAsync(SourceOf(body, surroundings ?? Nowhere));

    /// <summary>The arguments, null after an error, and the diagnostics as <c>severity line:column: message</c>.</summary>
    public static (KubernetesArguments? Arguments, IReadOnlyList<string> Diagnostics) Read(string body)
    {
        (object? arguments, IReadOnlyList<Syntax.Diagnostic> diagnostics) = Written.Decode(KubernetesArguments.Schema, body);
        return ((KubernetesArguments?)arguments, [.. diagnostics.Select(diagnostic => $"{diagnostic.Severity} {Written.Show(diagnostic)}")]);
    }

    public Task WaitForTargetsAsync(int count) => UntilAsync(() => Targets.Count == count);

    /// <summary>Waits until there are such addresses and no others.</summary>
    public Task WaitForAddressesAsync(params string[] addresses) =>
        UntilAsync(() => Addresses.Order(StringComparer.Ordinal).SequenceEqual(addresses));

    /// <summary>Waits for a failure that says so.</summary>
    public Task WaitForFailureAsync(string text) =>
        UntilAsync(() => Store.Read(question => question.Failure ?? "").Any(failure => failure.Contains(text, StringComparison.Ordinal)));

    private KubernetesSource SourceOf(string body, KubernetesSurroundings surroundings)
    {
        (KubernetesArguments? arguments, IReadOnlyList<string> diagnostics) = Read(body);
        Assert.Empty(diagnostics);
        return new KubernetesSource(arguments!, Context, surroundings);
    }
}
