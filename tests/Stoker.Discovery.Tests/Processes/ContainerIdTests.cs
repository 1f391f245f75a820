using System.Text;
using Stoker.Discovery.Processes;
using Stoker.Labels;

namespace Stoker.Discovery.Tests.Processes;

public sealed class ContainerIdTests
{
    private const string Id = "7edda1de1e0d1d366351e478359cf5fa16bb8ab53063a99bb119e56971bfb7e2";
    private const string Other = "47e320f795efcec1ecf2001c3a09c95e3701ed87de8256837b70b10e23818251";

    [Theory]
    [InlineData("12:memory:/docker/ID\n11:cpu,cpuacct:/docker/ID\n1:name=systemd:/docker/ID\n")]
    [InlineData("2:cpu:/\n1:name=systemd:/docker/ID\n0::/\n")]
    [InlineData("0::/system.slice/docker-ID.scope\n")]
    [InlineData("0::/system.slice/docker-ID.scope/init.scope\n")]
    [InlineData("0::/docker/ID/system.slice/ssh.service\n")]
    [InlineData("0::/../../docker-ID.scope")]
    [InlineData("11:pids:/kubepods/burstable/pod4b3a6a2e-7ba5-4a4c-a2b5-0d2b8b6d6c0e/ID\n")]
    [InlineData("0::/kubepods.slice/kubepods-besteffort.slice/kubepods-besteffort-pod4b3a6a2e_7ba5.slice/cri-containerd-ID.scope\n")]
    [InlineData("11:cpuset:/system.slice/containerd.service/kubepods-burstable-pod4b3a.slice:cri-containerd:ID\n")]
    [InlineData("0::/kubepods.slice/kubepods-pod4b3a.slice/crio-ID.scope\n")]
    [InlineData("0::/kubepods.slice/kubepods-pod4b3a.slice/crio-ID.scope/container\n")]
    [InlineData("0::/machine.slice/libpod-ID.scope/container\n")]
    [InlineData("0::/user.slice/user-1000.slice/user@1000.service/user.slice/libpod-ID.scope\n")]
    [InlineData("0::/libpod_parent/libpod-ID\n")]
    [InlineData("0::/actions_job/ID  \n")]
    [InlineData("0::/docker/OTHER/kubelet.slice/cri-containerd-ID.scope\n")]
    [InlineData("0::/docker/OTHER/docker/ID\n")]
    public void OfCgroup_OfEachRuntime_IsTheContainer(string cgroup) =>
        Assert.Equal(Id, Read(cgroup));

    [Theory]
    [InlineData("0::/\n")]
    [InlineData("")]
    [InlineData("ID")]
    [InlineData("0:/docker/ID\n")]
    [InlineData("0::/user.slice/user-1000.slice/session-2.scope\n")]
    [InlineData("0::/docker/IDa\n")]
    [InlineData("0::/docker/aID\n")]
    [InlineData("0::/docker/7EDDA1DE1E0D1D366351E478359CF5FA16BB8AB53063A99BB119E56971BFB7E2\n")]
    [InlineData("0::/machine.slice/libpod-conmon-ID.scope\n")]
    [InlineData("0::/system.slice/crio-conmon-ID.scope\n")]
    public void OfCgroup_OutsideOfContainers_IsNone(string cgroup) => Assert.Equal("", Read(cgroup));

    [Theory]
    [InlineData("__container_id__", Id, Id)]
    [InlineData("__meta_kubernetes_pod_container_id", "containerd://" + Id, Id)]
    [InlineData("__meta_kubernetes_pod_container_id", "docker://" + Id, Id)]
    [InlineData("__meta_kubernetes_pod_container_id", "cri-o://" + Id, Id)]
    [InlineData("__meta_kubernetes_pod_container_id", Id, "")]
    [InlineData("__meta_docker_container_id", Id, Id)]
    [InlineData("job", Id, "")]
    public void OfTarget_OfADiscoveredTarget_IsItsContainer(string name, string value, string expected) =>
        Assert.Equal(expected, ContainerId.OfTarget(LabelSet.Of((name, value))));

    private static string Read(string cgroup) => ContainerId.OfCgroup(
        Encoding.UTF8.GetBytes(cgroup.Replace("ID", Id, StringComparison.Ordinal).Replace("OTHER", Other, StringComparison.Ordinal)));
}
