using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlParser = YamlDotNet.Core.Parser;

namespace Stoker.Syntax.Yaml;

/// <summary>
/// Reads the first document of a YAML text, bounded in depth and in nodes: a few lines of aliases can stand for gigabytes, so what they repeat is
/// counted each time. JSON reads too, since it is YAML.
/// </summary>
public sealed class YamlReader
{
    private const int MaxNodes = 1_000_000;

    private readonly YamlParser _parser;
    private readonly bool _allowsAliases;
    private readonly Dictionary<string, YamlNode> _anchors = new(StringComparer.Ordinal);
    private long _nodes;

    private YamlReader(string text, bool allowsAliases)
    {
        _parser = new YamlParser(new StringReader(text));
        _allowsAliases = allowsAliases;
    }

    /// <summary>The document; null where the text holds none.</summary>
    /// <param name="maxDepth">So many levels may nest, those of aliases included.</param>
    /// <param name="allowsAliases">False for texts that have no honest use of them.</param>
    /// <exception cref="YamlFaultException">The text is no such document.</exception>
    public static YamlNode? Read(string text, int maxDepth, bool allowsAliases)
    {
        var reader = new YamlReader(text, allowsAliases);
        try
        {
            reader._parser.Consume<StreamStart>();
            if (reader._parser.Accept<StreamEnd>(out _))
            {
                return null;
            }

            reader._parser.Consume<DocumentStart>();
            YamlNode document = reader.ReadNode(maxDepth);
            reader._parser.Consume<DocumentEnd>();
            return document;
        }
        catch (YamlException exception)
        {
            // Not the library's message, because that may quote the text.
            throw Fault("is no YAML: it cannot be read on from", exception.Start);
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // Some broken text leaves the library's scanner this way (18.1.0).
            throw Fault("is no YAML: nothing that can be read follows", reader._parser.Current?.End ?? Mark.Empty);
        }
    }

    private YamlNode ReadNode(int depth)
    {
        Mark place = _parser.Current?.Start ?? Mark.Empty;
        if (depth == 0)
        {
            throw Fault("is nested too deeply at", place);
        }

        if (_parser.TryConsume<AnchorAlias>(out AnchorAlias? alias))
        {
            return ReadAlias(alias, depth);
        }

        Count(1, place);
        if (_parser.TryConsume<Scalar>(out Scalar? scalar))
        {
            string tag = scalar.Tag.IsEmpty ? "" : scalar.Tag.Value;
            return Remember(scalar.Anchor, YamlNode.Scalar(scalar.Value, scalar.Style == ScalarStyle.Plain, tag));
        }

        if (_parser.TryConsume<SequenceStart>(out SequenceStart? list))
        {
            var items = new List<YamlNode>();
            while (!_parser.TryConsume<SequenceEnd>(out _))
            {
                items.Add(ReadNode(depth - 1));
            }

            return Remember(list.Anchor, YamlNode.List(items));
        }

        AnchorName name = _parser.Consume<MappingStart>().Anchor;
        var fields = new List<KeyValuePair<YamlNode, YamlNode>>();
        while (!_parser.TryConsume<MappingEnd>(out _))
        {
            YamlNode key = ReadNode(depth - 1);
            fields.Add(new KeyValuePair<YamlNode, YamlNode>(key, ReadNode(depth - 1)));
        }

        return Remember(name, YamlNode.Mapping(fields));
    }

    private YamlNode ReadAlias(AnchorAlias alias, int depth)
    {
        if (!_allowsAliases)
        {
            throw new YamlFaultException($"has an alias at line {alias.Start.Line}, column {alias.Start.Column}; write its content out instead");
        }

        if (!_anchors.TryGetValue(alias.Value.Value, out YamlNode? node))
        {
            throw Fault("has an alias of an anchor that does not stand before it, at", alias.Start);
        }

        Count(node.Weight, alias.Start);
        return node.Height <= depth ? node : throw Fault("is nested too deeply at", alias.Start);
    }

    private void Count(long nodes, Mark place)
    {
        _nodes += nodes;
        if (_nodes > MaxNodes)
        {
            throw Fault($"stands for more than {MaxNodes} values, counted up to", place);
        }
    }

    private YamlNode Remember(AnchorName anchor, YamlNode node)
    {
        if (!anchor.IsEmpty)
        {
            _anchors[anchor.Value] = node;
        }

        return node;
    }

    private static YamlFaultException Fault(string what, Mark place) => new($"{what} line {place.Line}, column {place.Column}");
}
