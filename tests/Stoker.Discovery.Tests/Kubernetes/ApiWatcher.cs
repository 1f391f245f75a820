using System.Text.Json.Nodes;
using System.Threading.Channels;

namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>One watch of the stand-in: the lines that it still has to send.</summary>
internal sealed class ApiWatcher(string plural, Selecting selecting, bool wantsBookmarks)
{
    private readonly Channel<string?> _lines = Channel.CreateUnbounded<string?>();

    /// <summary>The lines; null where the connection is to break.</summary>
    public ChannelReader<string?> Lines => _lines.Reader;

    public void Take(StoredChange change)
    {
        if (change.Plural != plural)
        {
            return;
        }

        // An object that begins or ceases to be selected comes or goes for the watcher.
        bool was = change.Before is not null && selecting.Selects(change.Before);
        bool isNow = change.After is not null && selecting.Selects(change.After);
        if (isNow)
        {
            Send(was ? "MODIFIED" : "ADDED", change.After!);
        }
        else if (was)
        {
            JsonObject last = change.Before!.DeepClone().AsObject();
            last["metadata"]!["resourceVersion"] = change.Version.ToString();
            Send("DELETED", last);
        }
    }

    public void Bookmark(long version)
    {
        if (wantsBookmarks)
        {
            Send("{\"type\":\"BOOKMARK\",\"object\":{\"kind\":\"Pod\",\"apiVersion\":\"v1\",\"metadata\":{\"resourceVersion\":\"" + version
                + "\",\"creationTimestamp\":null},\"spec\":{\"containers\":null},\"status\":{}}}");
        }
    }

    public void Send(string line) => _lines.Writer.TryWrite(line);

    public void End() => _lines.Writer.TryComplete();

    public void Break()
    {
        _lines.Writer.TryWrite(null);
        _lines.Writer.TryComplete();
    }

    private void Send(string type, JsonObject found) => Send($"{{\"type\":\"{type}\",\"object\":{found.ToJsonString()}}}");
}
