namespace Stoker.Syntax.Library;

internal static class PathText
{
    /// <summary>Joins the parts that are not empty and removes <c>.</c>, <c>..</c> and doubled separators; empty where all parts are.</summary>
    public static string Join(IEnumerable<string> parts)
    {
        char separator = Path.DirectorySeparatorChar;
        string joined = string.Join(separator, parts.Where(part => part.Length > 0)).Replace('/', separator);
        if (joined.Length == 0)
        {
            return "";
        }

        string root = Path.GetPathRoot(joined) ?? "";
        bool rooted = root.Length > 0;
        var kept = new List<string>();
        foreach (string part in joined[root.Length..].Split(separator))
        {
            if (part == ".." && kept.Count > 0 && kept[^1] != "..")
            {
                kept.RemoveAt(kept.Count - 1);
            }
            else if (part is not ("" or ".") && !(part == ".." && rooted))
            {
                kept.Add(part);
            }
        }

        string path = root + string.Join(separator, kept);
        return path.Length == 0 ? "." : path;
    }
}
