using Stoker.Syntax.Evaluation;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary>Functions of lists of objects: <c>array.combine_maps</c> and <c>array.group_by</c>.</summary>
internal static class MapFunctions
{
    private const string Combine = "array.combine_maps";
    private const string Group = "array.group_by";

    public static void AddTo(LibraryBuilder library)
    {
        library.Function(Combine, 3, 4, CombineMaps, StabilityLevel.Experimental);
        library.Function(Group, 3, 3, GroupBy, StabilityLevel.Experimental);
    }

    private static ArrayValue? CombineMaps(FunctionCall call)
    {
        bool keepsUnmatched = false;
        if (!(Parameters.TryObjects(call, Combine, 0, out IReadOnlyList<ObjectValue> left)
            & Parameters.TryObjects(call, Combine, 1, out IReadOnlyList<ObjectValue> right)
            & Parameters.TryTextList(call, Combine, 2, out string[] keys)
            & (call.Arguments.Count < 4 || Parameters.TryFlag(call, Combine, 3, out keepsUnmatched))))
        {
            return null;
        }

        if (keys.Length == 0)
        {
            call.Diagnostics.Error(call.ArgumentSpans[2], $"argument 3 of {Combine} is empty; it names the keys that have to be equal");
            return null;
        }

        ILookup<int, ObjectValue> byHash = right.Where(item => HasAll(item, keys)).ToLookup(item => HashOf(item, keys));
        var results = new List<Value>();
        foreach (ObjectValue item in left)
        {
            int before = results.Count;
            if (HasAll(item, keys))
            {
                foreach (ObjectValue other in byHash[HashOf(item, keys)].Where(other => keys.All(key => BinaryOperation.AreEqual(item.Fields[key], other.Fields[key]))))
                {
                    results.Add(new ObjectValue(item.Fields.Concat(other.Fields)));
                    if (!ListLimit.Check(results.Count, call.FunctionSpan, call.Diagnostics))
                    {
                        return null;
                    }
                }
            }

            if (keepsUnmatched && results.Count == before)
            {
                results.Add(item);
            }
        }

        return new ArrayValue(results);
    }

    private static bool HasAll(ObjectValue item, string[] keys) => keys.All(item.Fields.ContainsKey);

    private static int HashOf(ObjectValue item, string[] keys) => keys.Aggregate(17, (hash, key) => HashCode.Combine(hash, item.Fields[key]));

    private static ArrayValue? GroupBy(FunctionCall call)
    {
        if (!(Parameters.TryObjects(call, Group, 0, out IReadOnlyList<ObjectValue> items)
            & Parameters.TryText(call, Group, 1, out string key)
            & Parameters.TryFlag(call, Group, 2, out bool drops)))
        {
            return null;
        }

        var groups = new OrderedDictionary<string, List<Value>>(StringComparer.Ordinal);
        for (int i = 0; i < items.Count; i++)
        {
            string name = "";
            if (items[i].Fields.TryGetValue(key, out Value? value))
            {
                if (value is not (StringValue or OptionalSecretValue { IsSecret: false }))
                {
                    call.Diagnostics.Error(call.ArgumentSpans[0], $"element {i} of argument 1 of {Group} should have a string under the key, got {value.TypeName}");
                    return null;
                }

                name = value is StringValue text ? text.Content : ((OptionalSecretValue)value).Content;
            }
            else if (drops)
            {
                continue;
            }

            groups.TryAdd(name, []);
            groups[name].Add(items[i]);
        }

        if (key == "items")
        {
            call.Diagnostics.Warning(call.ArgumentSpans[1], $"the key \"items\" is also the name that {Group} gives to the list of a group, so the value of the key is lost");
        }

        return new ArrayValue([.. groups.Select(group =>
            new ObjectValue([new(key, new StringValue(group.Key)), new("items", new ArrayValue(group.Value))]))]);
    }
}
