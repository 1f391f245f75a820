using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary>Collects the functions by namespace.</summary>
internal sealed class LibraryBuilder
{
    private readonly Dictionary<string, Value> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Value>> _namespaces = new(StringComparer.Ordinal);

    /// <summary>Adds a function; before it runs, the number of its arguments is checked.</summary>
    /// <param name="path">The name with its namespace, such as <c>string.join</c>.</param>
    /// <param name="max">The largest number of arguments; null where there is none.</param>
    public void Function(string path, int min, int? max, Func<FunctionCall, Value?> invoke) =>
        Add(path, new FunctionValue(path, call => Parameters.CheckCount(call, path, min, max) ? invoke(call) : null));

    /// <summary>Adds a function of strings.</summary>
    public void TextFunction(string path, int count, Func<string[], FunctionCall, Value?> invoke) =>
        Function(path, count, count, call => Parameters.TryTexts(call, path, out string[] texts) ? invoke(texts, call) : null);

    public void Constant(string path, Value value) => Add(path, value);

    /// <summary>Adds a name that Alloy has and Stoker has not, so that its use says so.</summary>
    public void Missing(string? space, string name, string instead)
    {
        string path = space is null ? name : $"{space}.{name}";
        Add(path, new FunctionValue(path, call =>
        {
            call.Diagnostics.Error(call.FunctionSpan, $"Stoker does not have the function {path}; what it has is {instead}");
            return null;
        }));
    }

    /// <summary>Adds the old name of a function, which works and warns.</summary>
    public void Deprecate(string oldName, string path)
    {
        string[] parts = path.Split('.');
        var function = (FunctionValue)_namespaces[parts[0]][parts[1]];
        Add(oldName, new FunctionValue(oldName, call =>
        {
            call.Diagnostics.Warning(call.FunctionSpan, $"the function {oldName} is deprecated; write {path} instead");
            return function.Invoke(call);
        }));
    }

    public IReadOnlyDictionary<string, Value> Build()
    {
        foreach ((string space, Dictionary<string, Value> members) in _namespaces)
        {
            _names[space] = new ObjectValue(members);
        }

        return _names;
    }

    private void Add(string path, Value value)
    {
        if (path.Split('.') is not [string space, string name])
        {
            _names.Add(path, value);
            return;
        }

        if (!_namespaces.TryGetValue(space, out Dictionary<string, Value>? members))
        {
            members = new Dictionary<string, Value>(StringComparer.Ordinal);
            _namespaces.Add(space, members);
        }

        members.Add(name, value);
    }
}
