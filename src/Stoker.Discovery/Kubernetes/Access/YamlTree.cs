using Stoker.Syntax.Yaml;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// A YAML document as plain mappings, lists and texts. Aliases are refused, and so is nesting that no kubeconfig has. JSON reads too, since it is YAML.
/// </summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 32;

    private readonly Dictionary<string, YamlTree> _fields = new(StringComparer.Ordinal);

    private YamlTree(YamlNode? node)
    {
        bool isNull = node is null || (node.IsPlain && node.Text is "null" or "~" or "Null" or "NULL");
        Text = isNull ? "" : node!.Text ?? "";
        Items = [.. (node?.Items ?? []).Select(item => new YamlTree(item))];
        foreach ((YamlNode key, YamlNode value) in node?.Fields ?? [])
        {
            _fields[new YamlTree(key).Text] = new YamlTree(value);
        }
    }

    public static YamlTree Empty { get; } = new(null);

    /// <summary>The text of a scalar; empty for everything else.</summary>
    public string Text { get; }

    /// <summary>The items of a list; none for everything else.</summary>
    public IReadOnlyList<YamlTree> Items { get; }

    public bool HasFields => _fields.Count > 0;

    /// <summary>A field of a mapping; an empty text where there is none.</summary>
    public YamlTree this[string name] => _fields.GetValueOrDefault(name) ?? Empty;

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <exception cref="HttpRequestException">The text is no such document; the message says where.</exception>
    public static YamlTree Parse(string what, string text)
    {
        try
        {
            return YamlReader.Read(text, MaxDepth, allowsAliases: false) is { } document ? new YamlTree(document) : Empty;
        }
        catch (YamlFaultException fault)
        {
            throw new HttpRequestException($"{what} {fault.Message}");
        }
    }
}
