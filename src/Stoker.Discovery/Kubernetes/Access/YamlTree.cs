using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Stoker.Discovery.Kubernetes;

/// <summary>
/// A YAML document as plain mappings, lists and texts. Aliases are refused, because a few lines of them can stand for gigabytes, and so is nesting
/// that no kubeconfig has. JSON reads too, since it is YAML.
/// </summary>
internal sealed class YamlTree
{
    private const int MaxDepth = 32;

    private readonly Dictionary<string, YamlTree> _fields = new(StringComparer.Ordinal);
    private readonly List<YamlTree> _items = [];
    private readonly string _text;

    private YamlTree(string text) => _text = text;

    public static YamlTree Empty { get; } = new("");

    /// <summary>The text of a scalar; empty for everything else.</summary>
    public string Text => _text;

    /// <summary>The items of a list; none for everything else.</summary>
    public IReadOnlyList<YamlTree> Items => _items;

    public bool HasFields => _fields.Count > 0;

    /// <summary>A field of a mapping; an empty text where there is none.</summary>
    public YamlTree this[string name] => _fields.GetValueOrDefault(name) ?? Empty;

    public bool Has(string name) => _fields.ContainsKey(name);

    /// <exception cref="HttpRequestException">The text is no such document; the message says where.</exception>
    public static YamlTree Parse(string what, string text)
    {
        var parser = new Parser(new StringReader(text));
        try
        {
            parser.Consume<StreamStart>();
            if (parser.Accept<StreamEnd>(out _))
            {
                return Empty;
            }

            parser.Consume<DocumentStart>();
            return Read(what, parser, MaxDepth);
        }
        catch (YamlException exception)
        {
            throw new HttpRequestException(
                $"{what} is no YAML: {exception.Message} (line {exception.Start.Line}, column {exception.Start.Column})");
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // Some broken text leaves the library's scanner this way (18.1.0).
            Mark place = parser.Current?.End ?? Mark.Empty;
            throw new HttpRequestException($"{what} is no YAML: nothing that can be read follows line {place.Line}, column {place.Column}");
        }
    }

    private static YamlTree Read(string what, Parser parser, int depth)
    {
        if (depth == 0)
        {
            throw new HttpRequestException($"{what} is nested too deeply");
        }

        if (parser.TryConsume<Scalar>(out Scalar? scalar))
        {
            bool isNull = scalar.Style == ScalarStyle.Plain && scalar.Value is "null" or "~" or "Null" or "NULL";
            return new YamlTree(isNull ? "" : scalar.Value);
        }

        var tree = new YamlTree("");
        if (parser.TryConsume<SequenceStart>(out _))
        {
            while (!parser.TryConsume<SequenceEnd>(out _))
            {
                tree._items.Add(Read(what, parser, depth - 1));
            }

            return tree;
        }

        if (parser.TryConsume<MappingStart>(out _))
        {
            while (!parser.TryConsume<MappingEnd>(out _))
            {
                string name = Read(what, parser, depth - 1).Text;
                tree._fields[name] = Read(what, parser, depth - 1);
            }

            return tree;
        }

        Mark place = parser.Current?.Start ?? Mark.Empty;
        throw new HttpRequestException($"{what} has an alias at line {place.Line}, column {place.Column}; write its content out instead");
    }
}
