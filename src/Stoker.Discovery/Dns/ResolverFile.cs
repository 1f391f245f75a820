using System.Globalization;
using System.Net;

namespace Stoker.Discovery.Dns;

/// <summary>
/// What <c>/etc/resolv.conf</c> says (resolv.conf(5)): which servers are asked, in which order, and which domains are tried behind a name.
/// Immutable.
/// </summary>
internal sealed record ResolverFile
{
    private const int MaxBytes = 64 * 1024;
    private const int MaxServers = 16;
    private const int MaxSearchDomains = 32;

    public IReadOnlyList<IPAddress> Servers { get; init; } = [];

    /// <summary>Absolute, with final dots.</summary>
    public IReadOnlyList<string> SearchDomains { get; init; } = [];

    /// <summary>A name with at least so many dots is tried as it stands before the search domains.</summary>
    public int Dots { get; init; } = 1;

    /// <summary>How long one server has for one answer; 2 s as Prometheus waits, where the file says nothing.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How often a server is asked that does not answer.</summary>
    public int Attempts { get; init; } = 2;

    /// <summary>Reads the file.</summary>
    /// <returns>Null with the fault where it cannot be read or names no server that could be asked.</returns>
    public static ResolverFile? Read(string path, out string fault)
    {
        string text;
        try
        {
            using FileStream stream = File.OpenRead(path);
            using var reader = new StreamReader(stream);
            char[] content = new char[MaxBytes];
            text = new string(content, 0, reader.ReadBlock(content));
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException)
        {
            fault = $"{path}, which names the DNS servers, cannot be read: {exception.Message}";
            return null;
        }

        ResolverFile file = Parse(text);
        fault = file.Servers.Count == 0 ? $"{path} has nameserver lines, but none with an IP address" : "";
        return file.Servers.Count == 0 ? null : file;
    }

    /// <summary>Reads the text line by line; what it does not know it passes over, as every resolver does.</summary>
    public static ResolverFile Parse(string text)
    {
        var file = new ResolverFile();
        var servers = new List<IPAddress>();
        bool namesServers = false;
        foreach (string line in text.Split('\n'))
        {
            string[] words = line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);
            switch (words.FirstOrDefault())
            {
                case "nameserver" when words.Length > 1:
                    namesServers = true;
                    if (servers.Count < MaxServers && IPAddress.TryParse(words[1], out IPAddress? address))
                    {
                        servers.Add(address);
                    }

                    break;
                case "domain" or "search":
                    file = file with { SearchDomains = [.. words.Skip(1).Select(Absolute).OfType<string>().Take(MaxSearchDomains)] };
                    break;
                case "options":
                    file = words.Skip(1).Aggregate(file, WithOption);
                    break;
            }
        }

        return file with { Servers = namesServers ? servers : [IPAddress.Loopback] };
    }

    /// <summary>The names to ask for, in their order: a name with a final dot is tried as it stands only.</summary>
    /// <param name="name">As it stands in the configuration.</param>
    public IReadOnlyList<string> Candidates(string name)
    {
        if (!DnsName.TryMakeAbsolute(name, out string absolute, out _))
        {
            return [];
        }

        if (name.EndsWith('.'))
        {
            return [absolute];
        }

        IEnumerable<string> searched = SearchDomains
            .Select(domain => Absolute(absolute + domain))
            .OfType<string>();
        bool isFirst = absolute.Count(c => c == '.') - 1 >= Dots;
        return isFirst ? [absolute, .. searched] : [.. searched, absolute];
    }

    private static string? Absolute(string name)
    {
        if (name == ".")
        {
            return "";
        }

        return DnsName.TryMakeAbsolute(name, out string absolute, out _) ? absolute : null;
    }

    private static ResolverFile WithOption(ResolverFile file, string option)
    {
        string[] parts = option.Split(':', 2);
        if (parts.Length < 2 || !int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out int value))
        {
            return file;
        }

        // The bounds are those of resolv.conf(5).
        return parts[0] switch
        {
            "ndots" => file with { Dots = Math.Min(value, 15) },
            "timeout" => file with { Timeout = TimeSpan.FromSeconds(Math.Clamp(value, 1, 30)) },
            "attempts" => file with { Attempts = Math.Clamp(value, 1, 5) },
            _ => file,
        };
    }
}
