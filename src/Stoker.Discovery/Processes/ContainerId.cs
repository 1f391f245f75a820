using System.Buffers;
using System.Text;
using Stoker.Labels;

namespace Stoker.Discovery.Processes;

/// <summary>The 64 hexadecimal digits by which a container's runtime, its control group and its targets name it.</summary>
internal static class ContainerId
{
    private const int Length = 64;

    private static readonly SearchValues<char> Digits = SearchValues.Create("0123456789abcdef");

    /// <summary>
    /// The container of a process; empty where it is in none. Lines have the form <c>hierarchy:controllers:path</c>. Runtimes name the
    /// container's group
    /// <c>ID</c>, <c>runtime-ID.scope</c> or <c>slice:runtime:ID</c>; in a container within a container the inner one counts.
    /// </summary>
    public static string OfCgroup(ReadOnlySpan<byte> cgroup)
    {
        foreach (ReadOnlySpan<char> line in Encoding.UTF8.GetString(cgroup).AsSpan().EnumerateLines())
        {
            int controllers = line.IndexOf(':') + 1;
            int path = controllers + line[controllers..].IndexOf(':') + 1;
            if (path > controllers && OfPath(line[path..].TrimEnd()) is { Length: > 0 } id)
            {
                return id;
            }
        }

        return "";
    }

    /// <summary>The container that a target is of, by the labels that discovery gives it; empty where it has none.</summary>
    public static string OfTarget(LabelSet labels)
    {
        if (labels.TryGetValue("__container_id__", out string id))
        {
            return id;
        }

        if (labels.TryGetValue("__meta_kubernetes_pod_container_id", out string withRuntime))
        {
            // The form is runtime://ID.
            int separator = withRuntime.IndexOf("://", StringComparison.Ordinal);
            return separator < 0 ? "" : withRuntime[(separator + 3)..];
        }

        return labels["__meta_docker_container_id"];
    }

    private static string OfPath(ReadOnlySpan<char> path)
    {
        for (int end = path.Length; end >= Length; end--)
        {
            int start = end - Length;
            if ((end == path.Length || path[end] is '.' or '/')
                && (start == 0 || path[start - 1] is '/' or '-' or ':')
                && !path[start..end].ContainsAnyExcept(Digits))
            {
                // The monitor of CRI-O and Podman names the container that it watches from outside.
                return path[..start].EndsWith("conmon-") ? "" : path[start..end].ToString();
            }
        }

        return "";
    }
}
