using System.Reflection;
using System.Text;

namespace Stoker.Profiling.Stacks;

/// <summary>
/// The name of a method as its author wrote it: <c>Namespace.Type.Method</c>, without what the compiler adds. An async method or an iterator has
/// the name of the method, not of its state machine; a local function is <c>Method.Local</c>; the first lambda of a method is
/// <c>Method.lambda1</c>. Such names stay the same when code around them changes, so profiles of two builds can be compared.
/// </summary>
internal static class MethodName
{
    public static string Of(MethodBase method)
    {
        if (method.DeclaringType is not { } type)
        {
            return $"[dynamic] {method.Name}";
        }

        bool isStateMachine = type.Name.StartsWith('<') && SplitGenerated(type.Name, out _, out ReadOnlySpan<char> suffix)
            && suffix.StartsWith("d") && method.Name == "MoveNext";
        var name = new StringBuilder(type.Namespace);
        AppendType(name, type);
        if (!isStateMachine)
        {
            Append(name, Clean(method.Name));
        }

        return name.ToString();
    }

    /// <summary>One part of a name without the compiler's decoration; empty where nothing of it was written by the author.</summary>
    public static string Clean(string name)
    {
        if (!name.StartsWith('<'))
        {
            int arity = name.IndexOf('`', StringComparison.Ordinal);
            return arity < 0 ? name : name[..arity];
        }

        if (!SplitGenerated(name, out ReadOnlySpan<char> author, out ReadOnlySpan<char> suffix))
        {
            return name;
        }

        if (author.IsEmpty)
        {
            // A closure class, <>c or <>c__DisplayClass, is only the place of its lambdas; anonymous types and the like keep their kind.
            return suffix.StartsWith("c") ? "" : suffix.TrimStart("f_").ToString();
        }

        string outer = Clean(author.ToString());
        return suffix switch
        {
            ['b', '_', '_', ..] => $"{outer}.lambda{LambdaNumber(suffix)}",
            ['g', '_', '_', .. var local] => $"{outer}.{local[..Until(local, '|')]}",
            ['F', ..] when suffix.IndexOf("__") is > 0 and var separator => Clean(suffix[(separator + 2)..].ToString()),
            _ => outer,
        };
    }

    private static void AppendType(StringBuilder name, Type type)
    {
        if (type.DeclaringType is { } outer)
        {
            AppendType(name, outer);
        }

        Append(name, Clean(type.Name));
    }

    private static void Append(StringBuilder name, string part)
    {
        if (part.Length == 0)
        {
            return;
        }

        if (name.Length > 0)
        {
            name.Append('.');
        }

        name.Append(part);
    }

    /// <summary>Splits <c>&lt;author&gt;suffix</c> at the bracket that closes the first one; the author's part may have brackets itself.</summary>
    private static bool SplitGenerated(string name, out ReadOnlySpan<char> author, out ReadOnlySpan<char> suffix)
    {
        int depth = 0;
        for (int i = 0; i < name.Length; i++)
        {
            depth += name[i] switch { '<' => 1, '>' => -1, _ => 0 };
            if (depth == 0)
            {
                author = name.AsSpan(1, i - 1);
                suffix = name.AsSpan(i + 1);
                return true;
            }
        }

        author = suffix = default;
        return false;
    }

    // b__3_0 and b__0: the last number counts the lambdas of the method, the first the methods of the type.
    private static int LambdaNumber(ReadOnlySpan<char> suffix)
    {
        ReadOnlySpan<char> last = suffix[(suffix.LastIndexOf('_') + 1)..];
        return int.TryParse(last[..Until(last, '`')], out int number) ? number + 1 : 1;
    }

    private static int Until(ReadOnlySpan<char> text, char end) => text.IndexOf(end) is >= 0 and var index ? index : text.Length;
}
