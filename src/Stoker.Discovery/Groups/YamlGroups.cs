using System.Text;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Stoker.Discovery.Groups;

/// <summary>
/// Reads a list of groups in YAML in one pass without building a tree: of what has an anchor only what a group can use is kept, so no
/// alias multiplies anything. Scalars are the text that stands there, <c>8080</c> and <c>true</c> too, as Go reads them into strings;
/// keys are compared exactly.
/// </summary>
internal sealed class YamlGroups
{
    private readonly YamlCursor _yaml;
    private readonly TargetGroups _groups;

    private YamlGroups(TextReader text, TargetGroups groups)
    {
        _yaml = new YamlCursor(text);
        _groups = groups;
    }

    /// <summary>
    /// Adds the groups. Null where the whole was read, otherwise why it cannot be taken at all: then what was added counts for nothing.
    /// </summary>
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

    private string? ReadDocument()
    {
        _yaml.Move();
        _yaml.Move();
        if (_yaml.Current is not DocumentStart)
        {
            return "it has no content; without targets it should hold []";
        }

        _yaml.Move();
        if (_yaml.Current is not SequenceStart)
        {
            return $"it is {_yaml.Name} instead of a list of groups, each with \"targets\" and \"labels\"";
        }

        _yaml.Move();
        while (_yaml.Current is not SequenceEnd)
        {
            ReadGroupOfList();
        }

        _yaml.Move();
        _yaml.Move();
        if (_yaml.Current is DocumentStart)
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
            _groups.SkipGroup($"it is {_yaml.Name} instead of a mapping with \"targets\" and \"labels\"");
            _yaml.SkipNode();
        }
    }

    /// <summary>A group, or the one that an alias names; null, with nothing consumed, where neither stands here.</summary>
    private TargetGroup? ReadGroup()
    {
        if (_yaml.TryTakeAlias(out TargetGroup? known))
        {
            return known;
        }

        if (_yaml.Current is not MappingStart { Anchor: var anchor })
        {
            return null;
        }

        _yaml.Move();
        var group = new TargetGroup();
        var merged = new List<TargetGroup>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while (_yaml.Current is not MappingEnd)
        {
            bool isMerge = _yaml.IsMergeKey;
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
                    _yaml.SkipNode();
                    break;
            }
        }

        _yaml.Move();
        foreach (TargetGroup other in merged)
        {
            group.Addresses = keys.Contains(TargetGroups.TargetsKey) || group.Addresses.Count > 0 ? group.Addresses : other.Addresses;
            group.Labels = keys.Contains(TargetGroups.LabelsKey) || group.Labels.Count > 0 ? group.Labels : other.Labels;
        }

        _yaml.Keep(anchor, group);
        return group;
    }

    private List<string> ReadAddresses()
    {
        if (_yaml.TryTakeAlias(out List<string>? known))
        {
            return known!;
        }

        var addresses = new List<string>();
        if (_yaml.Current is not SequenceStart { Anchor: var anchor })
        {
            SkipUnlessNull(TargetGroups.TargetsKey, "a list of addresses");
            return addresses;
        }

        _yaml.Move();
        for (int number = 1; _yaml.Current is not SequenceEnd; number++)
        {
            if (!_yaml.IsNull && _yaml.ReadText() is { } address)
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
                _groups.SkipTarget(number, $"it is {_yaml.Name} instead of a string such as \"10.0.0.7:6060\"");
                _yaml.SkipNode();
            }
        }

        _yaml.Move();
        _yaml.Keep(anchor, addresses);
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
        if (_yaml.TryTakeAlias(out Dictionary<string, string>? known))
        {
            return known;
        }

        if (_yaml.Current is not MappingStart { Anchor: var anchor })
        {
            return null;
        }

        _yaml.Move();
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var merged = new List<Dictionary<string, string>>();
        while (_yaml.Current is not MappingEnd)
        {
            bool isMerge = _yaml.IsMergeKey;
            if (ReadKey("a label") is not { } name)
            {
                continue;
            }

            if (isMerge)
            {
                ReadMerged(ReadLabels, merged);
                continue;
            }

            bool isNull = _yaml.IsNull;
            if (_yaml.ReadText() is not { } value)
            {
                _groups.SkipLabel(name, $"its value is {_yaml.Name} instead of a string");
                _yaml.SkipNode();
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

        _yaml.Move();
        foreach ((string name, string value) in merged.SelectMany(other => other))
        {
            if (!labels.ContainsKey(name))
            {
                _groups.AddLabel(labels, name, value);
            }
        }

        _yaml.Keep(anchor, labels);
        return labels;
    }

    /// <summary>
    /// The value of a merge key: one of what <paramref name="read"/> reads, or a list of them, of which the first counts most.
    /// </summary>
    private void ReadMerged<T>(Func<T?> read, List<T> merged)
        where T : class
    {
        bool isList = _yaml.Current is SequenceStart;
        if (isList)
        {
            _yaml.Move();
        }

        do
        {
            if (isList && _yaml.Current is SequenceEnd)
            {
                break;
            }

            if (read() is { } one)
            {
                merged.Add(one);
            }
            else
            {
                _groups.SkipPart(() => "\"<<\"", $"{_yaml.Name} cannot be merged here");
                _yaml.SkipNode();
            }
        }
        while (isList);
        if (isList)
        {
            _yaml.Move();
        }
    }

    /// <summary>The text of a key. Null where it has none: then key and value are skipped.</summary>
    private string? ReadKey(string part)
    {
        string found = _yaml.Name;
        string? key = _yaml.ReadText();
        if (key is not null && IsText(key))
        {
            return key;
        }

        _groups.SkipPart(() => part, key is null ? $"its name is {found}" : "its name is not valid UTF-8");
        if (key is null)
        {
            _yaml.SkipNode();
        }

        _yaml.SkipNode();
        return null;
    }

    private void SkipUnlessNull(string key, string expected)
    {
        if (!_yaml.IsNull)
        {
            string found = _yaml.Name;
            _groups.SkipPart(() => $"\"{key}\"", $"it is {found} instead of {expected}");
        }

        _yaml.SkipNode();
    }

    // What the decoder puts in the place of bytes that are no text.
    private static bool IsText(string text) => !text.Contains('\uFFFD', StringComparison.Ordinal);
}
