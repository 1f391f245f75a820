using System.Buffers.Text;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Stoker.Syntax.Values;
using Stoker.Syntax.Yaml;

namespace Stoker.Syntax.Library;

/// <summary>The namespace <c>encoding</c>.</summary>
internal static class EncodingFunctions
{
    private const int MaxYamlDepth = 64;

    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static void AddTo(LibraryBuilder library)
    {
        library.TextFunction("encoding.from_json", 1, (texts, call) => FromJson(texts[0], call));
        library.Function("encoding.to_json", 1, 1, call =>
            JsonText.Write(call.Arguments[0], out string error) is { } json ? new StringValue(json) : Fail(call, "encoding.to_json", error));
        library.TextFunction("encoding.from_yaml", 1, (texts, call) => FromYaml(texts[0], call));
        library.TextFunction("encoding.to_base64", 1, (texts, _) => new StringValue(Convert.ToBase64String(Encoding.UTF8.GetBytes(texts[0]))));
        library.TextFunction("encoding.from_base64", 1, (texts, call) => FromBase64("encoding.from_base64", texts[0], urlAlphabet: false, call));
        library.TextFunction("encoding.to_URLbase64", 1, (texts, _) => new StringValue(ToUrlAlphabet(Convert.ToBase64String(Encoding.UTF8.GetBytes(texts[0])))));
        library.TextFunction("encoding.from_URLbase64", 1, (texts, call) => FromBase64("encoding.from_URLbase64", texts[0], urlAlphabet: true, call));
        library.TextFunction("encoding.url_encode", 1, (texts, _) =>
            new StringValue(Uri.EscapeDataString(texts[0]).Replace("%20", "+", StringComparison.Ordinal)));
        library.TextFunction("encoding.url_decode", 1, (texts, call) => UrlDecode(texts[0], call));
    }

    private static string ToUrlAlphabet(string base64) => base64.Replace('+', '-').Replace('/', '_');

    private static Value? Fail(FunctionCall call, string path, string error)
    {
        if (error.Length > 0)
        {
            call.Diagnostics.Error(call.ArgumentSpans[0], $"argument 1 of {path} {error}");
        }

        return null;
    }

    private static Value? FromJson(string text, FunctionCall call)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(text);
            return JsonText.ToValue(document.RootElement, out string error) ?? Fail(call, "encoding.from_json", error);
        }
        catch (JsonException exception)
        {
            return Fail(call, "encoding.from_json",
                $"is not valid JSON: the fault is in line {exception.LineNumber + 1}, at byte {exception.BytePositionInLine + 1} of it");
        }
        catch (InvalidOperationException)
        {
            return Fail(call, "encoding.from_json", "is not valid JSON: a \\u escape stands for half a character");
        }
    }

    private static Value? FromYaml(string text, FunctionCall call)
    {
        try
        {
            return YamlValue.From(YamlReader.Read(text, MaxYamlDepth, allowsAliases: true));
        }
        catch (YamlFaultException fault)
        {
            return Fail(call, "encoding.from_yaml", fault.Message);
        }
    }

    private static Value? FromBase64(string path, string text, bool urlAlphabet, FunctionCall call)
    {
        string plain = text.Replace("\r", "", StringComparison.Ordinal).Replace("\n", "", StringComparison.Ordinal);
        bool valid = plain.Length % 4 == 0 && !plain.AsSpan().ContainsAny(urlAlphabet ? "+/ \t" : "-_ \t")
            && Base64.IsValid(urlAlphabet ? plain.Replace('-', '+').Replace('_', '/') : plain);
        if (!valid)
        {
            return Fail(call, path, $"is not valid base64 in the {(urlAlphabet ? "URL" : "standard")} alphabet, with padding");
        }

        byte[] bytes = Convert.FromBase64String(urlAlphabet ? plain.Replace('-', '+').Replace('_', '/') : plain);
        return System.Text.Unicode.Utf8.IsValid(bytes)
            ? new StringValue(StrictUtf8.GetString(bytes))
            : Fail(call, path, "holds bytes that are not UTF-8 text");
    }

    private static Value? UrlDecode(string text, FunctionCall call)
    {
        var bytes = new List<byte>(text.Length);
        ReadOnlySpan<byte> rest = Encoding.UTF8.GetBytes(text);
        while (!rest.IsEmpty)
        {
            if (rest[0] != '%')
            {
                bytes.Add(rest[0] == '+' ? (byte)' ' : rest[0]);
                rest = rest[1..];
            }
            else if (rest.Length >= 3 && byte.TryParse(rest[1..3], NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out byte decoded))
            {
                bytes.Add(decoded);
                rest = rest[3..];
            }
            else
            {
                return Fail(call, "encoding.url_decode", "has a `%` that two hexadecimal digits do not follow");
            }
        }

        return new StringValue(Encoding.UTF8.GetString([.. bytes]));
    }
}
