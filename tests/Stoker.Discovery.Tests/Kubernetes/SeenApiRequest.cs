namespace Stoker.Discovery.Tests.Kubernetes;

/// <summary>A request that the stand-in got.</summary>
internal sealed record SeenApiRequest(string Plural, string Path, IReadOnlyDictionary<string, string> Query, string UserAgent)
{
    public bool IsWatch => Query.ContainsKey("watch");

    public string this[string name] => Query.GetValueOrDefault(name) ?? "";
}

/// <summary>An answer that a test has prepared in place of the real one.</summary>
internal sealed record PreparedAnswer(int Status, string Body = "", string? RetryAfter = null);
