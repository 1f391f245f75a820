namespace Stoker.Discovery.Dns;

/// <summary>Where the system says which DNS servers to ask. Only tests have another place and another port than the system's.</summary>
internal sealed record ResolverPlace(string Path, int Port)
{
    public static ResolverPlace System { get; } = new("/etc/resolv.conf", 53);
}
