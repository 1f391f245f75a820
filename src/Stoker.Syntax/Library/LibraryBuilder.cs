using Stoker.Syntax.Evaluation;
using Stoker.Syntax.Values;

namespace Stoker.Syntax.Library;

/// <summary>Collects the functions by namespace.</summary>
internal sealed class LibraryBuilder(StabilityLevel stability)
{
    private readonly Dictionary<string, Value> _names = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Dictionary<string, Value>> _namespaces = new(StringComparer.Ordinal);

    /// <summary>Adds a function; before it runs, the number of its arguments is checked.</summary>
    /// <param name="path">The name with its namespace, such as <c>string.join</c>.</param>
    /// <param name="max">The largest number of arguments; null where there is none.</param>
    /// <param name="level">How settled the function is; less than what is allowed is refused at each call, however the function was reached.</param>
    public void Function(
        string path, int min, int? max, Func<FunctionCall, Value?> invoke, StabilityLevel level = StabilityLevel.GenerallyAvailable) =>
        Add(path, new FunctionValue(path, call => IsAllowed(path, level, call) && Parameters.CheckCount(call, path, min, max) ? Bound(invoke(call), call) : null));

    /// <summary>Adds a function of strings.</summary>
    public void TextFunction(string path, int count, Func<string[], FunctionCall, Value?> invoke) =>
        Function(path, count, count, call => Parameters.TryTexts(call, path, out string[] texts) ? invoke(texts, call) : null);

    public void Constant(string path, Value value) => Add(path, value);

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

    private bool IsAllowed(string path, StabilityLevel level, FunctionCall call)
    {
        if (level >= stability)
        {
            return true;
        }

        call.Diagnostics.Error(call.FunctionSpan, $"the function {path} is {level.Word()}; --stability.level={level.Word()} allows it");
        return false;
    }

    // No function makes a text more than a few times longer without asking first, so what is too long may exist for this moment.
    private static Value? Bound(Value? result, FunctionCall call) =>
        result is StringValue text && !TextLimit.Check(text.Content.Length, call.FunctionSpan, call.Diagnostics) ? null : result;

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
