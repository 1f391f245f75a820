using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Stoker.Components.Arguments;
using Stoker.Graph.Planning;
using Stoker.Syntax.Values;

namespace Stoker.Graph.Evaluation;

/// <summary>
/// Names the modules of a <c>foreach</c> after their items, <c>foreach_KEY_N</c>, so that an item that stays keeps its components. N counts the items with
/// the same key.
/// </summary>
internal static class ItemKeys
{
    private const int MaxTextLength = 200;

    public static IEnumerable<(string Key, Value Item)> Of(ForeachBlock block)
    {
        var counts = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (Value item in block.Collection)
        {
            string key = KeyOf(IdentityOf(item, block.Id), block.HashesTexts);
            counts[key] = counts.GetValueOrDefault(key) + 1;
            yield return ($"foreach_{key}_{counts[key]}", item);
        }
    }

    private static Value IdentityOf(Value item, string field) =>
        field.Length > 0 && (item as ObjectValue ?? (item as CapsuleValue)?.AsObject()) is { } fields && fields.Fields.TryGetValue(field, out Value? identity)
            ? identity
            : item;

    private static string KeyOf(Value identity, bool hashesTexts) => identity switch
    {
        StringValue text when !hashesTexts && text.Content.Length <= MaxTextLength => Written(text.Content),
        StringValue text => Hash(text.Content),
        BoolValue flag => flag.Content ? "true" : "false",
        NumberValue { NumberKind: NumberKind.Float } number => Written(number.AsFloat().ToString("F6", CultureInfo.InvariantCulture)),
        NumberValue number => Written(NumberText.Format(number)),

        // Not its hash, because identifiers are seen everywhere and a short secret can be guessed from one.
        SecretValue or OptionalSecretValue { IsSecret: true } => "secret",
        _ => Hash(ValueText.Format(identity)),
    };

    private static string Written(string text) => string.Concat(text.Select(c => char.IsLetterOrDigit(c) ? c : '_'));

    private static string Hash(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
}
