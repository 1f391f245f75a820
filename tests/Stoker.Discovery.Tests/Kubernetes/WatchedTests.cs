using Prometheus;
using Stoker.Components;
using Stoker.Discovery.Kubernetes;

namespace Stoker.Discovery.Tests.Kubernetes;

public sealed class WatchedTests
{
    [Fact]
    public void Skips_ThatDoNotChange_AreNotCopiedForEachEvent()
    {
        var watched = new Watched(
            new WatchTarget(Resource.Pods, null, "", ""), isPrimary: true,
            new ComponentMetrics(Metrics.WithCustomRegistry(Metrics.NewCustomRegistry()), "discovery.kubernetes.test"));
        watched.Skip("shop/a", "broken");
        IReadOnlyList<SkippedEntry> first = watched.Skips;

        watched.Unskip("shop/other");
        Assert.Same(first, watched.Skips);
        watched.Skip("shop/b", "broken");
        Assert.Equal(["shop/a", "shop/b"], watched.Skips.Select(skip => skip.Entry));
        watched.Unskip("shop/a");
        Assert.Equal(["shop/b"], watched.Skips.Select(skip => skip.Entry));
        watched.ClearSkips();
        Assert.Empty(watched.Skips);
    }
}
