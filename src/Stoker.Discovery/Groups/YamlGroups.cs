using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Stoker.Discovery.Groups;

/// <summary>
/// Reads a list of groups in YAML in one pass without building a tree: of what has an anchor only what a group can use is kept, so no alias multiplies
/// anything. Scalars are the text that stands there, <c>8080</c> and <c>true</c> too, as Go reads them into strings; keys are compared exactly.
/// </summary>
internal sealed class YamlGroups
{
    private const string MergeKey = "<<";
    private const int MaxDepth = 64;

    private readonly Parser _parser;
    private readonly TargetGroups _groups;

    // Scalars, lists of addresses, labels and groups, once they are complete.
    private readonly Dictionary<AnchorName, object> _anchors = [];

    private YamlGroups(TextReader text, TargetGroups groups)
    {
        _parser = new Parser(new Scanner(text, skipComments: true));
        _groups = groups;
    }

    private ParsingEvent Current => _parser.Current!;

    /// <summary>Adds the groups. Null where the whole was read, otherwise why it cannot be taken at all: then what was added counts for nothing.</summary>
    public static string? Read(Stream yaml, TargetGroups groups)
    {
        // Bytes that are no text cost the entry that they stand in.
        using var text = new StreamReader(yaml, Encoding.UTF8, detectEncodingFromByteOrderMarks: true, leaveOpen: true);
        try
        {
            return new YamlGroups(text, groups).ReadDocument() ?? groups.Overflow;
        }
        catch (YamlException exception)
        {
            return $"it is no valid YAML at line {exception.Start.Line}, column {exception.Start.Column}: {exception.Message}";
        }
    }

    private static bool IsNull(ParsingEvent node) => node is Scalar { IsPlainImplicit: true, Value: "" or "~" or "null" or "Null" or "NULL" };

    private static string Name(ParsingEvent node) => node switch
    {
        Scalar when IsNull(node) => "null",
        Scalar => "a string",
        AnchorAlias alias => $"the alias *{alias.Value}, which names nothing of the kind that was read before it",
        SequenceStart => "a list",
        _ => "a mapping",
    };

    private string? ReadDocument()
    {
        Move();
        Move();
        if (Current is not DocumentStart)
        {
            return "it has no content; without targets it should hold []";
        }

        Move();
        if (Current is not SequenceStart)
        {
            return $"it is {Name(Current)} instead of a list of groups, each with \"targets\" and \"labels\"";
        }

        Move();
        while (Current is not SequenceEnd)
        {
            ReadGroupOfList();
        }

        Move();
        Move();
        if (Current is DocumentStart)
        {
            _groups.Skipped.Add("document 2", "only the first document of a file is read");
        }

        return null;
    }

    private void ReadGroupOfList()
    {
        _groups.Begin();
        if (ReadGroup() is { } group)
        {
            _groups.Add(group);
        }
        else
        {
            _groups.SkipGroup($"it is {Name(Current)} instead of a mapping with \"targets\" and \"labels\"");
            SkipNode();
        }
    }

    /// <summary>A group, or the one that an alias names; null, with nothing consumed, where neither stands here.</summary>
    private TargetGroup? ReadGroup()
    {
        if (TryTakeAlias(out TargetGroup? known))
        {
            return known;
        }

        if (Current is not MappingStart { Anchor: var anchor })
        {
            return null;
        }

        Move();
        var group = new TargetGroup();
        var merged = new List<TargetGroup>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (Current is not MappingEnd)
        {
            bool isMerge = IsMergeKey();
            if (ReadKey("a key") is not { } key)
            {
                continue;
            }

            if (isMerge)
            {
                ReadMerged(ReadGroup, merged);
                continue;
            }

            if (key is TargetGroups.TargetsKey or TargetGroups.LabelsKey && !keys.Add(key))
            {
                _groups.SkipPart(() => $"\"{key}\"", "it stands twice; only the later counts");
            }

            switch (key)
            {
                case TargetGroups.TargetsKey:
                    group.Addresses = ReadAddresses();
                    break;
                case TargetGroups.LabelsKey:
                    group.Labels = ReadLabelsOfGroup();
                    break;
                default:
                    _groups.SkipUnknownKey(key);
                    SkipNode();
                    break;
            }
        }

        Move();
        foreach (TargetGroup other in merged)
        {
            group.Addresses = keys.Contains(TargetGroups.TargetsKey) || group.Addresses.Count > 0 ? group.Addresses : other.Addresses;
            group.Labels = keys.Contains(TargetGroups.LabelsKey) || group.Labels.Count > 0 ? group.Labels : other.Labels;
        }

        Keep(anchor, group);
        return group;
    }

    private List<string> ReadAddresses()
    {
        if (TryTakeAlias(out List<string>? known))
        {
            return known!;
        }

        var addresses = new List<string>();
        if (Current is not SequenceStart { Anchor: var anchor })
        {
            SkipUnlessNull(TargetGroups.TargetsKey, "a list of addresses");
            return addresses;
        }

        Move();
        for (int number = 1; Current is not SequenceEnd; number++)
        {
            if (!IsNull(Current) && ReadText() is { } address)
            {
                if (IsText(address))
                {
                    _groups.AddAddress(addresses, number, address);
                }
                else
                {
                    _groups.SkipTarget(number, "it is not valid UTF-8");
                }
            }
            else
            {
                _groups.SkipTarget(number, $"it is {Name(Current)} instead of a string such as \"10.0.0.7:6060\"");
                SkipNode();
            }
        }

        Move();
        Keep(anchor, addresses);
        return addresses;
    }

    private Dictionary<string, string> ReadLabelsOfGroup()
    {
        if (ReadLabels() is { } labels)
        {
            return labels;
        }

        SkipUnlessNull(TargetGroups.LabelsKey, "a mapping of labels");
        return [];
    }

    private Dictionary<string, string>? ReadLabels()
    {
        if (TryTakeAlias(out Dictionary<string, string>? known))
        {
            return known;
        }

        if (Current is not MappingStart { Anchor: var anchor })
        {
            return null;
        }

        Move();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var merged = new List<Dictionary<string, string>>();
        while (Current is not MappingEnd)
        {
            bool isMerge = IsMergeKey();
            if (ReadKey("a label") is not { } name)
            {
                continue;
            }

            if (isMerge)
            {
                ReadMerged(ReadLabels, merged);
                continue;
            }

            bool isNull = IsNull(Current);
            if (ReadText() is not { } value)
            {
                _groups.SkipLabel(name, $"its value is {Name(Current)} instead of a string");
                SkipNode();
                continue;
            }

            if (labels.ContainsKey(name))
            {
                _groups.SkipLabel(name, "it stands twice; only the later counts");
            }

            if (IsText(value))
            {
                _groups.AddLabel(labels, name, isNull ? "" : value);
            }
            else
            {
                _groups.SkipLabel(name, "its value is not valid UTF-8");
            }
        }

        Move();
        foreach ((string name, string value) in merged.SelectMany(other => other))
        {
            if (!labels.ContainsKey(name))
            {
                _groups.AddLabel(labels, name, value);
            }
        }

        Keep(anchor, labels);
        return labels;
    }

    /// <summary>The value of a merge key: one of what <paramref name="read"/> reads, or a list of them, of which the first counts most.</summary>
    private void ReadMerged<T>(Func<T?> read, List<T> merged)
        where T : class
    {
        bool isList = Current is SequenceStart;
        if (isList)
        {
            Move();
        }

        do
        {
            if (isList && Current is SequenceEnd)
            {
                break;
            }

            if (read() is { } one)
            {
                merged.Add(one);
            }
            else
            {
                _groups.SkipPart(() => $"\"{MergeKey}\"", $"{Name(Current)} cannot be merged here");
                SkipNode();
            }
        }
        while (isList);
        if (isList)
        {
            Move();
        }
    }

    /// <summary>The text of a key. Null where it has none: then key and value are skipped.</summary>
    private string? ReadKey(string part)
    {
        string found = Name(Current);
        string? key = ReadText();
        if (key is not null && IsText(key))
        {
            return key;
        }

        _groups.SkipPart(() => part, key is null ? $"its name is {found}" : "its name is not valid UTF-8");
        if (key is null)
        {
            SkipNode();
        }

        SkipNode();
        return null;
    }

    /// <summary>The text of a scalar, or of the one that an alias names; null, with nothing consumed, where neither stands here.</summary>
    private string? ReadText()
    {
        if (TryTakeAlias(out string? known))
        {
            return known;
        }

        if (Current is not Scalar scalar)
        {
            return null;
        }

        Move();
        Keep(scalar.Anchor, scalar.Value);
        return scalar.Value;
    }

    private bool IsMergeKey() => Current is Scalar { IsPlainImplicit: true, Value: MergeKey };

    private bool TryTakeAlias<T>(out T? known)
        where T : class
    {
        known = Current is AnchorAlias alias ? _anchors.GetValueOrDefault(alias.Value) as T : null;
        if (known is not null)
        {
            Move();
        }

        return known is not null;
    }

    private void Keep(AnchorName anchor, object value)
    {
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = value;
        }
    }

    private void SkipUnlessNull(string key, string expected)
    {
        if (!IsNull(Current))
        {
            string found = Name(Current);
            _groups.SkipPart(() => $"\"{key}\"", $"it is {found} instead of {expected}");
        }

        SkipNode();
    }

    private void SkipNode()
    {
        int depth = 0;
        do
        {
            depth += Current.NestingIncrease;
            if (depth > MaxDepth)
            {
                throw new YamlException(Current.Start, Current.End, $"it is nested more than {MaxDepth} deep");
            }

            Move();
        }
        while (depth > 0);
    }

    private void Move()
    {
        Mark place = _parser.Current?.End ?? Mark.Empty;
        try
        {
            if (!_parser.MoveNext())
            {
                throw new YamlException(place, place, "it ends too early");
            }
        }
        catch (Exception exception) when (exception is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // Some broken text, such as a plain scalar that begins where none may, leaves the library's scanner this way (18.1.0).
            throw new YamlException(place, place, "nothing that can be read follows", exception);
        }
    }

    // What the decoder puts in the place of bytes that are no text.
    private static bool IsText(string text) => !text.Contains('\uFFFD', StringComparison.Ordinal);
}
