using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Stoker.Labels.Patterns;

namespace Stoker.Labels.Relabelling;

/// <summary>
/// One rule that changes the labels of a target or drops it, with the meaning that Prometheus gives it
/// (https://prometheus.io/docs/prometheus/latest/configuration/configuration/#relabel_config). Immutable and safe from several threads;
/// equality is by content.
/// </summary>
public sealed class RelabelRule : IEquatable<RelabelRule>
{
    private readonly GoPattern _pattern;
    private readonly GoTemplate _target;
    private readonly GoTemplate _replacement;

    // Only where matching costs more than looking the value up.
    private readonly MatchCache? _cache;

    private RelabelRule(RelabelSettings settings, GoPattern pattern)
    {
        Settings = settings;
        _pattern = pattern;
        _target = GoTemplate.Parse(settings.TargetLabel, pattern);
        _replacement = GoTemplate.Parse(settings.Replacement, pattern);
        _cache = settings.Action == RelabelAction.LabelMap || !pattern.HasShape ? new MatchCache() : null;
    }

    public RelabelSettings Settings { get; }

    public RelabelAction Action => Settings.Action;

    /// <summary>Makes a rule, or names all that is wrong with it.</summary>
    public static bool TryCreate(RelabelSettings settings, [NotNullWhen(true)] out RelabelRule? rule, out IReadOnlyList<RelabelFault> faults)
    {
        var found = new List<RelabelFault>();
        var pattern = GoPattern.TryParse(settings.Regex, out PatternError? error);
        if (error is not null)
        {
            found.Add(new RelabelFault("regex", $"this is not a regular expression as RE2 has them: {error}"));
        }

        found.AddRange(RelabelValidation.Find(settings, pattern));
        rule = found.Count == 0 ? new RelabelRule(settings, pattern!) : null;
        faults = found;
        return rule is not null;
    }

    public bool Equals(RelabelRule? other) => other is not null && Settings.Equals(other.Settings);

    public override bool Equals(object? obj) => Equals(obj as RelabelRule);

    public override int GetHashCode() => Settings.GetHashCode();

    internal RuleEffect Apply(LabelBuffer labels)
    {
        switch (Action)
        {
            case RelabelAction.LabelMap:
                return MapLabels(labels);
            case RelabelAction.LabelDrop:
                RemoveLabels(labels, matching: true);
                return RuleEffect.GoOn;
            case RelabelAction.LabelKeep:
                RemoveLabels(labels, matching: false);
                return RuleEffect.GoOn;
        }

        if (SourceValue(labels) is not { } value)
        {
            return RuleEffect.Refuse;
        }

        return Action switch
        {
            RelabelAction.Replace => Replace(labels, value),
            RelabelAction.Keep => Matches(value) ? RuleEffect.GoOn : RuleEffect.Drop,
            RelabelAction.Drop => Matches(value) ? RuleEffect.Drop : RuleEffect.GoOn,
            RelabelAction.KeepEqual => value == labels[Settings.TargetLabel] ? RuleEffect.GoOn : RuleEffect.Drop,
            RelabelAction.DropEqual => value == labels[Settings.TargetLabel] ? RuleEffect.Drop : RuleEffect.GoOn,
            RelabelAction.HashMod => Set(labels, Settings.TargetLabel, HashMod(value)),
            RelabelAction.Lowercase => Set(labels, Settings.TargetLabel, GoCase.ToLower(value)),
            _ => Set(labels, Settings.TargetLabel, GoCase.ToUpper(value)),
        };
    }

    /// <summary>The values of the source labels, joined; null where that would be longer than a target may be.</summary>
    internal string? SourceValue(LabelBuffer labels)
    {
        IReadOnlyList<string> sources = Settings.SourceLabels;
        if (sources.Count <= 1)
        {
            return sources.Count == 0 ? "" : labels[sources[0]];
        }

        var values = new string[sources.Count];
        long length = (long)Settings.Separator.Length * (sources.Count - 1);
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = labels[sources[i]];
            length += values[i].Length;
        }

        return length <= RelabelLimits.MaxTotalLength ? string.Join(Settings.Separator, values) : null;
    }

    /// <summary>Whether the expression matches a source value, or the name of a label.</summary>
    internal bool Matches(string text)
    {
        if (_cache is null)
        {
            return _pattern.IsMatch(text);
        }

        if (_cache.Find(text) is { } known)
        {
            return known.Matched;
        }

        bool matched = _pattern.IsMatch(text);
        if (Action is not (RelabelAction.Replace or RelabelAction.LabelMap))
        {
            _cache.Keep(new MatchCache.Entry(text, matched, null, null));
        }

        return matched;
    }

    private static RuleEffect Set(LabelBuffer labels, string name, string value) => labels.Set(name, value) ? RuleEffect.GoOn : RuleEffect.Refuse;

    private RuleEffect Replace(LabelBuffer labels, string value)
    {
        if (_cache?.Find(value) is { } known)
        {
            return known.Name is null ? RuleEffect.GoOn : Set(labels, known.Name, known.Value!);
        }

        Span<int> groups = _pattern.GroupNames.Count <= 16 ? stackalloc int[32] : new int[_pattern.GroupNames.Count * 2];
        if (!_pattern.TryMatch(value, groups))
        {
            _cache?.Keep(new MatchCache.Entry(value, false, null, null));
            return RuleEffect.GoOn;
        }

        string? name = _target.Expand(value, groups, RelabelLimits.MaxNameLength);
        string? replacement = _replacement.Expand(value, groups, RelabelLimits.MaxValueLength);
        if (name is null || replacement is null)
        {
            return RuleEffect.Refuse;
        }

        if (!LabelNames.IsValid(name))
        {
            name = null;
        }

        _cache?.Keep(new MatchCache.Entry(value, true, name, replacement));
        return name is null ? RuleEffect.GoOn : Set(labels, name, replacement);
    }

    private string HashMod(string value)
    {
        // Not a choice of ours: this hash decides which of several agents has a target, and all have to come to the same.
        Span<byte> hash = stackalloc byte[MD5.HashSizeInBytes];
#pragma warning disable CA5351 // MD5 protects nothing here.
        MD5.HashData(Encoding.UTF8.GetBytes(value), hash);
#pragma warning restore CA5351
        return (BinaryPrimitives.ReadUInt64BigEndian(hash[8..]) % Settings.Modulus).ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Over the labels as they stand at the start, in the order of their names: what is copied is not looked at again.</summary>
    private RuleEffect MapLabels(LabelBuffer labels)
    {
        Label[]? before = null;
        for (int i = 0; i < (before?.Length ?? labels.Count); i++)
        {
            Label label = before is null ? labels.Labels[i] : before[i];
            (bool fits, string? name) = MappedName(label.Name);
            if (!fits)
            {
                return RuleEffect.Refuse;
            }

            if (name is not null)
            {
                before ??= labels.Labels.ToArray();
                if (!labels.Set(name, label.Value))
                {
                    return RuleEffect.Refuse;
                }
            }
        }

        return RuleEffect.GoOn;
    }

    private (bool Fits, string? Name) MappedName(string name)
    {
        if (_cache!.Find(name) is { } known)
        {
            return (true, known.Name);
        }

        Span<int> groups = _pattern.GroupNames.Count <= 16 ? stackalloc int[32] : new int[_pattern.GroupNames.Count * 2];
        string? mapped = null;
        bool matched = _pattern.TryMatch(name, groups);
        if (matched)
        {
            mapped = _replacement.Expand(name, groups, RelabelLimits.MaxNameLength);
            if (mapped is null)
            {
                return (false, null);
            }

            mapped = LabelNames.IsValid(mapped) ? mapped : null;
        }

        _cache.Keep(new MatchCache.Entry(name, matched, mapped, null));
        return (true, mapped);
    }

    private void RemoveLabels(LabelBuffer labels, bool matching)
    {
        for (int i = labels.Count - 1; i >= 0; i--)
        {
            if (Matches(labels.Labels[i].Name) == matching)
            {
                labels.RemoveAt(i);
            }
        }
    }
}
