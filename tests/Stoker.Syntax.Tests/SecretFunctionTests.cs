using System.Text;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Tests;

/// <summary>No function lets the content of a secret out, wherever in its arguments the secret stands.</summary>
public sealed class SecretFunctionTests
{
    private const string Clear = "hunter2-Clear";
    private const string Revealing = "convert.nonsensitive";

    // A call of each function that works, so that a secret in one place is the only thing wrong.
    private static readonly Dictionary<string, string> Calls = new()
    {
        ["array.concat"] = "[[\"a\"], [{k = \"b\"}]]",
        ["array.combine_maps"] = "[[{k = \"a\", l = 1}], [{k = \"a\", m = 2}], [\"k\"], true]",
        ["array.group_by"] = "[[{k = \"a\"}, {l = 1}], \"k\", false]",
        ["coalesce"] = "[\"\", \"a\"]",
        ["convert.nonsensitive"] = "[\"a\"]",
        ["encoding.from_base64"] = "[\"YQ==\"]",
        ["encoding.from_json"] = "[`{\"a\": 1}`]",
        ["encoding.from_URLbase64"] = "[\"YQ==\"]",
        ["encoding.from_yaml"] = "[\"a: 1\"]",
        ["encoding.to_base64"] = "[\"a\"]",
        ["encoding.to_json"] = "[{a = [\"b\"]}]",
        ["encoding.to_URLbase64"] = "[\"a\"]",
        ["encoding.url_decode"] = "[\"a\"]",
        ["encoding.url_encode"] = "[\"a\"]",
        ["file.path_join"] = "[\"a\", \"b\"]",
        ["json_path"] = "[`{\"a\": 1}`, \"$.a\"]",
        ["string.format"] = "[\"%s %v %q\", \"a\", [\"b\"], {c = \"d\"}, \"extra\"]",
        ["string.join"] = "[[\"a\", \"b\"], \",\"]",
        ["string.replace"] = "[\"abc\", \"b\", \"x\"]",
        ["string.split"] = "[\"a,b\", \",\"]",
        ["string.to_lower"] = "[\"a\"]",
        ["string.to_upper"] = "[\"a\"]",
        ["string.trim"] = "[\"-a-\", \"-\"]",
        ["string.trim_prefix"] = "[\"ab\", \"a\"]",
        ["string.trim_suffix"] = "[\"ab\", \"b\"]",
        ["string.trim_space"] = "[\" a \"]",
        ["sys.env"] = "[\"HOME\"]",
    };

    private static readonly Dictionary<string, string> Aliases = new()
    {
        ["env"] = "sys.env",
        ["concat"] = "array.concat",
        ["nonsensitive"] = Revealing,
        ["json_decode"] = "encoding.from_json",
        ["yaml_decode"] = "encoding.from_yaml",
        ["base64_decode"] = "encoding.from_base64",
        ["format"] = "string.format",
        ["join"] = "string.join",
        ["replace"] = "string.replace",
        ["split"] = "string.split",
        ["to_lower"] = "string.to_lower",
        ["to_upper"] = "string.to_upper",
        ["trim"] = "string.trim",
        ["trim_prefix"] = "string.trim_prefix",
        ["trim_suffix"] = "string.trim_suffix",
        ["trim_space"] = "string.trim_space",
    };

    public static TheoryData<string> Functions => [.. Library().Keys];

    [Theory]
    [MemberData(nameof(Functions))]
    public void Invoke_SecretAnywhereInTheArguments_NeverGivesItsContent(string path)
    {
        FunctionValue function = Library()[path];
        string name = Aliases.GetValueOrDefault(path, path);
        Assert.True(Calls.ContainsKey(name), $"add a call of {path} to this test");
        var call = (ArrayValue)Text.Evaluate(Calls[name], out _)!;
        Assert.DoesNotContain(Text.Messages(Invoke(function, call.Items, out Value? plain)), message => message.Contains("secret", StringComparison.Ordinal));
        Assert.NotNull(plain);

        int tried = 0;
        foreach (Value secret in Forms())
        {
            for (int i = 0; i < call.Items.Count; i++)
            {
                foreach (Value changed in Placed(call.Items[i], secret))
                {
                    DiagnosticBag diagnostics = Invoke(function, [.. call.Items.Select((argument, at) => at == i ? changed : argument)], out Value? result);
                    tried++;
                    if (name == Revealing)
                    {
                        continue;
                    }

                    Assert.True(result is not null || diagnostics.HasErrors, $"{path} says nothing about the secret");
                    Assert.All(Text.Messages(diagnostics).Concat(result is null ? [] : TextsIn(result)), AssertHidden);
                }
            }
        }

        Assert.True(tried >= 8);
    }

    [Fact]
    public void Functions_OfTheTable_AreThoseOfTheLibrary()
    {
        Assert.Equal(Calls.Keys.Concat(Aliases.Keys).Order(StringComparer.Ordinal), Library().Keys.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("json_path(s, \"$.a\")")]
    [InlineData("encoding.from_json(s)")]
    [InlineData("encoding.from_yaml(s)")]
    [InlineData("encoding.to_json({a = s})")]
    public void Call_ThatTakesASecretApart_NamesTheRemedy(string expression)
    {
        Assert.Null(Text.Evaluate(expression, out IReadOnlyList<string> messages, ("s", new OptionalSecretValue("{}", isSecret: true))));
        Assert.Contains("convert.nonsensitive", Assert.Single(messages), StringComparison.Ordinal);
    }

    private static void AssertHidden(string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(Clear);
        foreach (string form in (string[])[Clear, Clear[..8], Convert.ToBase64String(bytes), Convert.ToHexString(bytes)])
        {
            Assert.DoesNotContain(form, text, StringComparison.OrdinalIgnoreCase);
        }
    }

    private static DiagnosticBag Invoke(FunctionValue function, IReadOnlyList<Value> arguments, out Value? result)
    {
        var diagnostics = new DiagnosticBag();
        var place = new SourceSpan(SourceFile.FromText("t.alloy", "x"), 0, 1);
        result = function.Invoke(new FunctionCall(arguments, [.. arguments.Select(_ => place)], place, diagnostics));
        return diagnostics;
    }

    private static IEnumerable<Value> Forms()
    {
        foreach (Value secret in (Value[])[new SecretValue(Clear), new OptionalSecretValue(Clear, isSecret: true)])
        {
            yield return secret;
            yield return new ArrayValue([secret]);
            yield return new ArrayValue([new ArrayValue([secret])]);
            yield return new ObjectValue([new("k", secret)]);
            yield return new ArrayValue([new ObjectValue([new("k", secret)])]);
        }
    }

    /// <summary>The argument with the secret in place of each of its parts, and of the whole.</summary>
    private static IEnumerable<Value> Placed(Value argument, Value secret)
    {
        yield return secret;
        if (argument is ArrayValue array)
        {
            for (int i = 0; i < array.Items.Count; i++)
            {
                foreach (Value changed in Placed(array.Items[i], secret))
                {
                    yield return new ArrayValue([.. array.Items.Select((item, at) => at == i ? changed : item)]);
                }
            }
        }
        else if (argument is ObjectValue fields)
        {
            foreach (string name in fields.Fields.Keys)
            {
                foreach (Value changed in Placed(fields.Fields[name], secret))
                {
                    yield return new ObjectValue(fields.Fields.Select(field => field.Key == name ? new(name, changed) : field));
                }
            }
        }
    }

    /// <summary>Every text that a user can get to see of a value without asking for a secret.</summary>
    private static IEnumerable<string> TextsIn(Value value) => value switch
    {
        StringValue text => [text.Content, text.ToString()!],
        ArrayValue array => array.Items.SelectMany(TextsIn),
        ObjectValue fields => fields.Fields.SelectMany(field => TextsIn(field.Value).Append(field.Key)),
        CapsuleValue capsule => [capsule.Display, capsule.ToString()!, capsule.TypeName],
        _ => [value.ToString()!],
    };

    private static Dictionary<string, FunctionValue> Library()
    {
        var found = new Dictionary<string, FunctionValue>(StringComparer.Ordinal);
        foreach ((string name, Value value) in StandardLibrary.Create(_ => "/home/ann", StabilityLevel.Experimental))
        {
            if (value is FunctionValue function)
            {
                found.Add(name, function);
            }

            foreach ((string member, Value inner) in (value as ObjectValue ?? ObjectValue.Empty).Fields)
            {
                if (inner is FunctionValue of)
                {
                    found.Add($"{name}.{member}", of);
                }
            }
        }

        return found;
    }
}
