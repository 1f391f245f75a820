using System.Text.Json;
using System.Text.RegularExpressions;
using Newtonsoft.Json.Linq;
using Stoker.Syntax.Values;
using JsonException = System.Text.Json.JsonException;

namespace Stoker.Syntax.Library;

/// <summary>
/// <c>json_path</c>. The library walks the tree; the tree counts the steps and stops it, because a filter that searches the whole document at each element
/// would go on for hours. Regular expressions of filters have a second altogether.
/// </summary>
internal static class JsonPath
{
    private const int MaxPathLength = 1000;
    private const long MaxSteps = 20_000_000;
    private const int MaxResults = 100_000;

    // A match is a part of a second, the second is that of the whole call.
    private static readonly TimeSpan MatchTime = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan CallTime = TimeSpan.FromSeconds(1);

    public static Value? Select(string json, string path, FunctionCall call)
    {
        JToken root;
        var budget = new Budget();
        try
        {
            using JsonDocument document = JsonDocument.Parse(json);
            root = ToToken(document.RootElement, budget);
        }
        catch (JsonException exception)
        {
            return Fail(call, 0, $"is not valid JSON: the fault is in line {exception.LineNumber + 1}, at byte {exception.BytePositionInLine + 1} of it");
        }
        catch (InvalidOperationException)
        {
            return Fail(call, 0, "is not valid JSON: a \\u escape stands for half a character");
        }

        return path.Length > MaxPathLength
            ? Fail(call, 1, $"is longer than {MaxPathLength} characters")
            : Select(root, path, budget, call);
    }

    private static ArrayValue? Select(JToken root, string path, Budget budget, FunctionCall call)
    {
        var settings = new JsonSelectSettings { RegexMatchTimeout = MatchTime };

        // The library reads the time at each match: none at all makes it throw.
        using ITimer timer = TimeProvider.System.CreateTimer(_ => settings.RegexMatchTimeout = TimeSpan.Zero, null, CallTime, Timeout.InfiniteTimeSpan);
        var results = new List<Value>();
        try
        {
            budget.Left = MaxSteps;
            foreach (JToken token in root.SelectTokens(path, settings))
            {
                long left = budget.Left;
                results.Add(ToValue(token));
                budget.Left = left - 1;
                if (results.Count > MaxResults)
                {
                    return Fail(call, 1, $"selects more than {MaxResults} values");
                }
            }
        }
        catch (BudgetException)
        {
            return Fail(call, 1, "takes too many steps in a document of this size; name the way instead of `..`");
        }
        catch (RegexMatchTimeoutException)
        {
            return Fail(call, 1, "has a regular expression that takes too long; avoid repetitions inside repetitions");
        }
        catch (ArgumentOutOfRangeException) when (settings.RegexMatchTimeout == TimeSpan.Zero)
        {
            return Fail(call, 1, "has a regular expression that takes too long; avoid repetitions inside repetitions");
        }
        catch (Exception exception) when (exception is Newtonsoft.Json.JsonException or ArgumentException or FormatException
            or OverflowException or InvalidOperationException or IndexOutOfRangeException or InvalidCastException or NullReferenceException)
        {
            // The library has no one error for a path that it cannot read (13.0.4).
            return Fail(call, 1, "is not a valid JSONPath, such as $.items[0].name or $.items[?(@.kind == 'a')].name");
        }

        return new ArrayValue(results);
    }

    private static ArrayValue? Fail(FunctionCall call, int index, string reason)
    {
        call.Diagnostics.Error(call.ArgumentSpans[index], $"argument {index + 1} of json_path {reason}");
        return null;
    }

    private static JToken ToToken(JsonElement element, Budget budget)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.String:
                return new JValue(element.GetString());
            case JsonValueKind.Number:
                return element.TryGetInt64(out long signed) ? new JValue(signed)
                    : element.TryGetUInt64(out ulong unsigned) ? new JValue(unsigned)
                    : new JValue(element.GetDouble());
            case JsonValueKind.True or JsonValueKind.False:
                return new JValue(element.ValueKind == JsonValueKind.True);
            case JsonValueKind.Array:
                var array = new CountedArray(budget);
                foreach (JsonElement item in element.EnumerateArray())
                {
                    array.Add(ToToken(item, budget));
                }

                return array;
            case JsonValueKind.Object:
                var fields = new CountedObject(budget);
                foreach (JsonProperty property in element.EnumerateObject())
                {
                    fields[property.Name] = ToToken(property.Value, budget);
                }

                return fields;
            default:
                return JValue.CreateNull();
        }
    }

    private static Value ToValue(JToken token) => token switch
    {
        JArray array => new ArrayValue([.. array.Select(ToValue)]),
        JObject fields => new ObjectValue(fields.Properties().Select(field => new KeyValuePair<string, Value>(field.Name, ToValue(field.Value)))),
        JValue { Value: string text } => new StringValue(text),
        JValue { Value: bool flag } => BoolValue.Of(flag),
        JValue { Value: long signed } => new NumberValue(signed),
        JValue { Value: ulong unsigned } => new NumberValue(unsigned),
        JValue { Value: double content } => new NumberValue(content),
        _ => NullValue.Instance,
    };

    private sealed class BudgetException : Exception;

    /// <summary>What a walk may still cost: a step is a child of a container that is looked through.</summary>
    private sealed class Budget
    {
        public long Left { get; set; } = long.MaxValue;

        public IList<JToken> Spend(IList<JToken> children)
        {
            Left -= children.Count + 1;
            return Left > 0 ? children : throw new BudgetException();
        }
    }

    private sealed class CountedArray(Budget budget) : JArray
    {
        private readonly Budget _budget = budget;

        // The base class asks for the children before the field is set.
        protected override IList<JToken> ChildrenTokens => _budget is { Left: < long.MaxValue } limited ? limited.Spend(base.ChildrenTokens) : base.ChildrenTokens;
    }

    private sealed class CountedObject(Budget budget) : JObject
    {
        private readonly Budget _budget = budget;

        protected override IList<JToken> ChildrenTokens => _budget is { Left: < long.MaxValue } limited ? limited.Spend(base.ChildrenTokens) : base.ChildrenTokens;
    }
}
