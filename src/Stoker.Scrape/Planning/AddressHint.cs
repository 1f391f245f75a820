using Stoker.Labels;

namespace Stoker.Scrape;

/// <summary>What to say of a target whose address is missing or has a word for its port.</summary>
internal static class AddressHint
{
    // The names that are written in place of __address__, the likeliest first.
    private static readonly string[] Mistaken = ["address", "__address", "_address_", "__adress__", "__addr__", "addr", "target", "host", "url"];

    /// <summary>The message for a target without <c>__address__</c>.</summary>
    public static string ForMissing(LabelSet labels)
    {
        string? written = Array.Find(Mistaken, name => labels.TryGetValue(name, out _));
        return "it has no __address__ label, which must be the <host>:<port> to scrape" + (written is null ? "" : $"; rename its label \"{written}\" to __address__");
    }

    /// <summary>The message for a port that is none.</summary>
    public static string ForPort(string address, string port)
    {
        bool isName = port.Any(char.IsAsciiLetter) && port.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_');
        return isName
            ? $"__address__ \"{address}\" has no valid port: \"{port}\" is the name of a port, and a target needs its number; where it comes from an annotation, write the number there, or keep the container's port by __meta_kubernetes_pod_container_port_name and take __meta_kubernetes_pod_container_port_number"
            : $"__address__ \"{address}\" has no valid port; it must be a number from 1 to 65535";
    }
}
