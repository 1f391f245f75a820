using System.Runtime.InteropServices;
using Stoker.Syntax.Evaluation;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary><c>coalesce</c> and the namespaces <c>array</c>, <c>constants</c>, <c>convert</c>, <c>file</c> and <c>sys</c>.</summary>
internal static class GeneralFunctions
{
    public static void AddTo(LibraryBuilder library, Func<string, string?> getEnvironmentVariable)
    {
        library.Function("coalesce", 0, null, call =>
            call.Arguments.FirstOrDefault(argument => !IsEmpty(argument)) ?? call.Arguments.LastOrDefault(NullValue.Instance));
        library.Function("array.concat", 0, null, Concat);
        library.Function("convert.nonsensitive", 1, 1, Reveal);
        library.Function("file.path_join", 0, null, call =>
            Parameters.TryTexts(call, "file.path_join", out string[] parts) ? new StringValue(PathText.Join(parts)) : null);
        library.TextFunction("sys.env", 1, (texts, call) =>
        {
            if (texts[0].AsSpan().ContainsAny('=', '\0'))
            {
                call.Diagnostics.Error(call.ArgumentSpans[0], "the name of an environment variable has no `=` and no NUL in it");
                return null;
            }

            return new StringValue(texts[0].Length == 0 ? "" : getEnvironmentVariable(texts[0]) ?? "");
        });

        library.Constant("constants.hostname", new StringValue(HostName()));
        library.Constant("constants.os", new StringValue(OperatingSystemName()));
        library.Constant("constants.arch", new StringValue(ArchitectureName()));
        library.Constant("constants.version", new StringValue("v" + (typeof(StandardLibrary).Assembly.GetName().Version?.ToString(3) ?? "0.0.0")));
    }

    private static bool IsEmpty(Value value) => value switch
    {
        NullValue => true,
        BoolValue flag => !flag.Content,
        NumberValue number => number.AsFloat() == 0,
        StringValue text => text.Content.Length == 0,
        ArrayValue array => array.Items.Count == 0,
        ObjectValue fields => fields.Fields.Count == 0,
        SecretValue secret => secret.Content.Length == 0,
        OptionalSecretValue secret => secret.Content.Length == 0,
        CapsuleValue capsule => capsule.AsObject() is { Fields.Count: 0 },
        _ => false,
    };

    private static ArrayValue? Concat(FunctionCall call)
    {
        var all = new List<Value>();
        bool complete = true;
        for (int i = 0; i < call.Arguments.Count; i++)
        {
            complete &= Parameters.TryList(call, "array.concat", i, out IReadOnlyList<Value> items);
            if (!ListLimit.Check((long)all.Count + items.Count, call.FunctionSpan, call.Diagnostics))
            {
                return null;
            }

            all.AddRange(items);
        }

        return complete ? new ArrayValue(all) : null;
    }

    private static Value? Reveal(FunctionCall call)
    {
        switch (call.Arguments[0])
        {
            case StringValue text:
                return text;
            case SecretValue secret:
                return new StringValue(secret.Content);
            case OptionalSecretValue secret:
                return new StringValue(secret.Content);
            case NullValue:
                return new StringValue("");
            default:
                call.Diagnostics.Error(call.ArgumentSpans[0], $"argument 1 of convert.nonsensitive should be secret, got {call.Arguments[0].TypeName}");
                return null;
        }
    }

    // Not Environment.MachineName, because that ends at the first dot.
    private static string HostName()
    {
        try
        {
            return System.Net.Dns.GetHostName();
        }
        catch (System.Net.Sockets.SocketException)
        {
            return "";
        }
    }

    // The names that Go gives to systems and architectures, because configurations are written with those.
    private static string OperatingSystemName() =>
        OperatingSystem.IsWindows() ? "windows"
        : OperatingSystem.IsMacOS() ? "darwin"
        : OperatingSystem.IsFreeBSD() ? "freebsd"
        : "linux";

    private static string ArchitectureName() => RuntimeInformation.ProcessArchitecture switch
    {
        Architecture.X64 => "amd64",
        Architecture.X86 => "386",
        Architecture.Arm64 => "arm64",
        Architecture.Arm or Architecture.Armv6 => "arm",
        Architecture.LoongArch64 => "loong64",
        Architecture.Ppc64le => "ppc64le",
        var other => other.ToString().ToLowerInvariant(),
    };
}
