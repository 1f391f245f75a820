using System.Text;
using System.Text.RegularExpressions;

namespace Stoker.Discovery.Files;

/// <summary>
/// One entry of <c>files</c>: a path whose last element may have the wildcards of a shell as Go's <c>filepath.Match</c> knows them
/// (<c>*</c>, <c>?</c>,
/// <c>[a-z]</c>, <c>[^a-z]</c>, <c>\</c> before a character that means itself). Immutable.
/// </summary>
internal sealed class FilePattern
{
    private static readonly char[] Wildcards = ['*', '?', '['];

    private readonly Regex? _name;
    private readonly string _prefix;

    private FilePattern(string text, string directory, Regex? name)
    {
        Text = text;
        Directory = directory;
        _name = name;
        _prefix = PrefixOf(directory);
    }

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>The directory to look into, relative to the working directory where it was written so.</summary>
    public string Directory { get; }

    /// <summary>False where the pattern is the path of one file.</summary>
    public bool HasWildcards => _name is not null;

    public static bool HasKnownExtension(string path) => IsJson(path) || IsYaml(path);

    public static bool IsJson(string path) => path.EndsWith(".json", StringComparison.OrdinalIgnoreCase);

    public static bool TryParse(string text, out FilePattern? pattern, out string? fault)
    {
        pattern = null;
        int slash = text.LastIndexOf('/');
        string name = text[(slash + 1)..];
        string directory = slash < 0 ? "." : slash == 0 ? "/" : text[..slash];
        fault = FaultOf(text, directory, name);
        Regex? regex = null;
        if (fault is null && name.IndexOfAny([.. Wildcards, '\\']) >= 0 && !TryTranslate(name, out regex))
        {
            fault = "has a wildcard [ without its end ], or a \\ at its end";
        }

        if (fault is not null)
        {
            return false;
        }

        // What Go makes of a directory when it expands wildcards, so that __meta_filepath is the same.
        pattern = new FilePattern(text, regex is null ? directory : Clean(directory), regex);
        return true;
    }

    public bool Matches(string name) => _name?.IsMatch(name) ?? false;

    /// <summary>The path of a file in the directory, as <c>__meta_filepath</c> has it.</summary>
    public string PathOf(string name) => _prefix + name;

    /// <summary>True where the path is one that this pattern would find.</summary>
    public bool Covers(string path) => HasWildcards
        ? path.StartsWith(_prefix, StringComparison.Ordinal) && path.IndexOf('/', _prefix.Length) < 0 && Matches(path[_prefix.Length..])
        : path == Text;

    private static bool IsYaml(string path) =>
        path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase) || path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase);

    private static string? FaultOf(string text, string directory, string name)
    {
        if (text.Trim().Length == 0)
        {
            return "is empty; write the path of a file with targets, such as \"targets/*.json\"";
        }

        if (text.Contains('\0', StringComparison.Ordinal))
        {
            return "has a zero character, which no path has";
        }

        if (directory.IndexOfAny(Wildcards) >= 0)
        {
            return "has a wildcard in a directory; only the last element may have some: list the directories one by one";
        }

        // A wildcard may stand for an extension; without one there it is plain to see that no file could ever be read.
        int dot = name.LastIndexOf('.');
        bool isVisible = name.IndexOfAny(Wildcards, Math.Max(dot, 0)) < 0;
        return isVisible && !HasKnownExtension(name) ? "must end in .json, .yml or .yaml, which says how the file is read" : null;
    }

    private static string PrefixOf(string directory) => directory switch
    {
        "." => "",
        "/" => "/",
        _ => directory + "/",
    };

    private static string Clean(string directory)
    {
        bool isRooted = directory.StartsWith('/');
        var kept = new List<string>();
        foreach (string part in directory.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".." && kept.Count > 0 && kept[^1] != "..")
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (part != "." && (part != ".." || !isRooted))
            {
                kept.Add(part);
            }
        }

        string joined = string.Join('/', kept);
        return isRooted ? "/" + joined : joined.Length == 0 ? "." : joined;
    }

    private static bool TryTranslate(string name, out Regex? regex)
    {
        regex = null;
        var text = new StringBuilder(@"\A");
        for (int i = 0; i < name.Length; i++)
        {
            switch (name[i])
            {
                case '*':
                    text.Append(".*");
                    break;
                case '?':
                    text.Append('.');
                    break;
                case '[':
                    if (!TryTranslateClass(name, ref i, text))
                    {
                        return false;
                    }

                    break;
                case '\\' when i + 1 == name.Length:
                    return false;
                default:
                    i += name[i] == '\\' ? 1 : 0;
                    text.Append(Regex.Escape(name[i].ToString()));
                    break;
            }
        }

        regex = new Regex(
            text.Append(@"\z").ToString(), RegexOptions.NonBacktracking | RegexOptions.Singleline | RegexOptions.CultureInvariant);
        return true;
    }

    /// <summary><c>'[' [ '^' ] { lo [ '-' hi ] } ']'</c>, with at least one range; <paramref name="i"/> ends on the bracket.</summary>
    private static bool TryTranslateClass(string name, ref int i, StringBuilder text)
    {
        i++;
        bool isNegated = i < name.Length && name[i] == '^';
        i += isNegated ? 1 : 0;
        text.Append(isNegated ? "[^" : "[");
        for (int ranges = 0; ; ranges++)
        {
            if (i < name.Length && name[i] == ']' && ranges > 0)
            {
                text.Append(']');
                return true;
            }

            if (!TryTakeCharacter(name, ref i, out char low))
            {
                return false;
            }

            char high = low;
            if (i < name.Length && name[i] == '-')
            {
                i++;
                if (!TryTakeCharacter(name, ref i, out high))
                {
                    return false;
                }
            }

            // A range the wrong way round matches nothing in Go; .NET would not take it.
            if (low <= high)
            {
                text.Append($"\\u{(int)low:X4}-\\u{(int)high:X4}");
            }
            else if (ranges == 0)
            {
                text.Append(@"\uFFFF-\uFFFF");
            }
        }
    }

    private static bool TryTakeCharacter(string name, ref int i, out char character)
    {
        character = '\0';
        if (i < name.Length && name[i] == '\\')
        {
            i++;
        }
        else if (i < name.Length && name[i] is '-' or ']')
        {
            return false;
        }

        if (i >= name.Length)
        {
            return false;
        }

        character = name[i++];
        return true;
    }
}
