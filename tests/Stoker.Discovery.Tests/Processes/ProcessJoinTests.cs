using Stoker.Components;
using Stoker.Discovery.Processes;
using Stoker.Labels;

namespace Stoker.Discovery.Tests.Processes;

public sealed class ProcessJoinTests
{
    [Fact]
    public void Of_TheExampleOfTheReference_IsItsResult()
    {
        IReadOnlyList<Target> joined = ProcessJoin.Of(
            [Of(("__process_pid__", "1"), ("__container_id__", "container-1")), Of(("__process_pid__", "2"))],
            [Of(("pod", "pod-1"), ("__container_id__", "container-1")), Of(("pod", "pod-2"), ("__container_id__", "container-2"))]);
        Assert.Equal(
            [
                Of(("__container_id__", "container-1"), ("__process_pid__", "1"), ("pod", "pod-1")),
                Of(("__process_pid__", "2")),
                Of(("__container_id__", "container-1"), ("pod", "pod-1")),
                Of(("__container_id__", "container-2"), ("pod", "pod-2")),
            ],
            joined);
    }

    [Fact]
    public void Of_SeveralProcessesAndPortsOfAContainer_LosesNone()
    {
        IReadOnlyList<Target> joined = ProcessJoin.Of(
            [
                Of(("__process_pid__", "1"), ("__container_id__", "c")),
                Of(("__process_pid__", "2"), ("__container_id__", "c")),
                Of(("__process_pid__", "3"), ("__container_id__", "d")),
            ],
            [
                Of(("__meta_kubernetes_pod_container_id", "containerd://c"), ("port", "80")),
                Of(("__meta_kubernetes_pod_container_id", "containerd://c"), ("port", "81")),
                Of(("plain", "yes")),
            ]);
        Assert.Equal(["81", "81", "", "80", "81", ""], joined.Select(target => target.Labels["port"]));
        Assert.Equal(["1", "2", "3", "", "", ""], joined.Select(target => target.Labels["__process_pid__"]));
    }

    [Fact]
    public void Of_ALabelThatBothHave_TakesTheContainers()
    {
        IReadOnlyList<Target> joined = ProcessJoin.Of(
            [Of(("__container_id__", "c"), ("name", "process"))], [Of(("__container_id__", "c"), ("name", "container"))]);
        Assert.Equal("container", joined[0].Labels["name"]);
    }

    private static Target Of(params ReadOnlySpan<(string Name, string Value)> labels) => new(LabelSet.Of(labels));
}
