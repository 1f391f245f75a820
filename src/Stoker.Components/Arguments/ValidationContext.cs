using Stoker.Syntax;

namespace Stoker.Components.Arguments;

/// <summary>
/// Lets the check of decoded arguments point at what the user wrote. A place is named by the attribute's name, or by the path
/// <c>block/attribute</c> seen from the block that is checked; an attribute that was not written falls back to its block.
/// </summary>
public sealed class ValidationContext
{
    private readonly Dictionary<string, SourceSpan> _places = new(StringComparer.Ordinal);
    private readonly HashSet<string> _broken = new(StringComparer.Ordinal);
    private readonly SourceSpan _block;
    private readonly DiagnosticBag _diagnostics;

    internal ValidationContext(SourceSpan block, DiagnosticBag diagnostics)
    {
        _block = block;
        _diagnostics = diagnostics;
    }

    /// <summary>True when the user wrote the attribute or block.</summary>
    public bool IsSet(string path) => _places.ContainsKey(path);

    /// <summary>
    /// True where the attribute or block was written but has a mistake of its own, so that its default stands in its place. Such a mistake is reported
    /// already: an error at its place is left out, and a check that compares it with another value should be too.
    /// </summary>
    public bool IsBroken(string path) => _broken.Contains(path);

    public SourceSpan PlaceOf(string path)
    {
        for (string? candidate = path; candidate is not null; candidate = Parent(candidate))
        {
            if (_places.TryGetValue(candidate, out SourceSpan span))
            {
                return span;
            }
        }

        return _block;
    }

    public void Error(string path, string message)
    {
        if (!IsBroken(path))
        {
            _diagnostics.Error(PlaceOf(path), message);
        }
    }

    public void Warning(string path, string message)
    {
        if (!IsBroken(path))
        {
            _diagnostics.Warning(PlaceOf(path), message);
        }
    }

    public void ErrorAt(SourceSpan place, string message) => _diagnostics.Error(place, message);

    public void WarningAt(SourceSpan place, string message) => _diagnostics.Warning(place, message);

    internal void Add(string path, SourceSpan place) => _places.TryAdd(path, place);

    internal void MarkBroken(string path) => _broken.Add(path);

    internal void AddNested(string block, ValidationContext nested)
    {
        foreach ((string path, SourceSpan place) in nested._places)
        {
            Add($"{block}/{path}", place);
        }

        _broken.UnionWith(nested._broken.Select(path => $"{block}/{path}"));
    }

    private static string? Parent(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? null : path[..slash];
    }
}
