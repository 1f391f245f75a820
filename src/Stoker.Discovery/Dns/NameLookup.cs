using System.Net;
using Stoker.Syntax;

namespace Stoker.Discovery.Dns;

/// <summary>
/// Looks up one name: the search domains in their order, and for each the servers in theirs, as Prometheus does it. The first name that
/// exists gives the answer, also an empty one. Where every name does not exist, the answer is empty. Anything else leaves open whether
/// there is such a name, and is a failure. Used once, by one caller.
/// </summary>
internal sealed class NameLookup
{
    /// <summary>How long one name takes at most, with all its search domains and all servers.</summary>
    public static readonly TimeSpan Deadline = TimeSpan.FromSeconds(20);

    private readonly DnsExchange _exchange;
    private readonly ResolverFile _file;
    private readonly TimeProvider _time;

    // Those that were silent go to its end, so that each name costs their timeout once.
    private readonly List<IPEndPoint> _servers;
    private readonly Dictionary<IPEndPoint, string> _faults = [];
    private string _failedName = "";

    public NameLookup(DnsExchange exchange, ResolverFile file, int port, TimeProvider time)
    {
        _exchange = exchange;
        _file = file;
        _time = time;
        _servers = [.. file.Servers.Select(address => new IPEndPoint(address, port))];
    }

    /// <returns>The answer; null with the reason where there is none.</returns>
    public async Task<(DnsAnswer? Answer, string Failure)> AskAsync(string name, DnsRecordType type, CancellationToken cancellationToken)
    {
        using var timer = new CancellationTokenSource(Deadline, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, timer.Token);
        try
        {
            foreach (string candidate in _file.Candidates(name))
            {
                DnsAnswer? answer = await AskServersAsync(candidate, type, either.Token);
                if (answer is { ResponseCode: DnsAnswer.NoError })
                {
                    return (answer, "");
                }

                if (answer is null && _failedName.Length == 0)
                {
                    _failedName = candidate;
                }
            }
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return (null, $"no answer within {GoDuration.Format(Deadline)}{Describe(": ")}");
        }

        return _failedName.Length == 0
            ? (new DnsAnswer(DnsAnswer.NameError, IsTruncated: false, [], 0), "")
            : (null, $"{_failedName} was not answered{Describe(": ")}");
    }

    /// <returns>An answer that says whether there is such a name; null where no server gives one.</returns>
    private async Task<DnsAnswer?> AskServersAsync(string candidate, DnsRecordType type, CancellationToken cancellationToken)
    {
        List<IPEndPoint> left = [.. _servers];
        for (int attempt = 0; attempt < _file.Attempts && left.Count > 0; attempt++)
        {
            foreach (IPEndPoint server in left.ToList())
            {
                ServerAnswer answer = await _exchange.AskAsync(server, candidate, type, _file.Timeout, cancellationToken);
                if (answer.Message is { ResponseCode: DnsAnswer.NoError or DnsAnswer.NameError } message)
                {
                    return message;
                }

                _faults.TryAdd(server, answer.Message is { } refusal ? $"answers {refusal.ResponseText}" : answer.Fault);
                if (answer.IsSilent)
                {
                    _servers.Remove(server);
                    _servers.Add(server);
                }
                else
                {
                    left.Remove(server);
                }
            }
        }

        return null;
    }

    // In the order of the file, so that the same failure reads the same each time.
    private string Describe(string before)
    {
        string[] faults = [.. _file.Servers
            .Distinct()
            .SelectMany(address => _faults.Where(fault => fault.Key.Address.Equals(address)))
            .Select(fault => $"the server {fault.Key} {fault.Value}")];
        return faults.Length == 0 ? "" : before + string.Join(", ", faults);
    }
}
