namespace Stoker.Syntax.Yaml;

/// <summary>One node of a YAML document: a scalar, a list or a mapping. Immutable; an alias is the same node once more.</summary>
public sealed class YamlNode
{
    private YamlNode(string? text, bool isPlain, string tag, IReadOnlyList<YamlNode>? items, IReadOnlyList<KeyValuePair<YamlNode, YamlNode>>? fields)
    {
        Text = text;
        IsPlain = isPlain;
        Tag = tag;
        Items = items;
        Fields = fields;
        IEnumerable<YamlNode> inner = items ?? fields?.SelectMany(field => (YamlNode[])[field.Key, field.Value]) ?? [];
        Weight = 1 + inner.Sum(node => node.Weight);
        Height = 1 + inner.Select(node => node.Height).DefaultIfEmpty().Max();
    }

    /// <summary>The text of a scalar; null for everything else.</summary>
    public string? Text { get; }

    /// <summary>True for a scalar without quotes, whose text decides its type.</summary>
    public bool IsPlain { get; }

    /// <summary>The tag as it is resolved, such as <c>tag:yaml.org,2002:str</c>; empty where there is none.</summary>
    public string Tag { get; }

    /// <summary>The items of a list; null for everything else.</summary>
    public IReadOnlyList<YamlNode>? Items { get; }

    /// <summary>The entries of a mapping, in the order of the document, repeated ones included; null for everything else.</summary>
    public IReadOnlyList<KeyValuePair<YamlNode, YamlNode>>? Fields { get; }

    /// <summary>The number of nodes from here on, those that aliases repeat counted each time.</summary>
    internal long Weight { get; }

    internal int Height { get; }

    internal static YamlNode Scalar(string text, bool isPlain, string tag) => new(text, isPlain, tag, null, null);

    internal static YamlNode List(IReadOnlyList<YamlNode> items) => new(null, isPlain: false, "", items, null);

    internal static YamlNode Mapping(IReadOnlyList<KeyValuePair<YamlNode, YamlNode>> fields) => new(null, isPlain: false, "", null, fields);
}
