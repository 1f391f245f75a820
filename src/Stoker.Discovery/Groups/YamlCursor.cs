using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace Stoker.Discovery.Groups;

/// <summary>
/// The place in a YAML text that a reader has come to, with what had an anchor before it. A text that cannot be read on is a <see
/// cref="YamlException"/>. Not safe from several threads.
/// </summary>
internal sealed class YamlCursor(TextReader text)
{
    private const int MaxDepth = 64;

    private readonly Parser _parser = new(new Scanner(text, skipComments: true));

    // Only what a reader keeps, once it is complete: so nothing contains itself, and no alias multiplies anything.
    private readonly Dictionary<AnchorName, object> _anchors = [];

    public ParsingEvent Current => _parser.Current!;

    /// <summary>True for a plain scalar that means nothing at all.</summary>
    public bool IsNull => Current is Scalar { IsPlainImplicit: true, Value: "" or "~" or "null" or "Null" or "NULL" };

    public bool IsMergeKey => Current is Scalar { IsPlainImplicit: true, Value: "<<" };

    /// <summary>What stands here, for a message.</summary>
    public string Name => Current switch
    {
        Scalar when IsNull => "null",
        Scalar => "a string",
        AnchorAlias alias => $"the alias *{alias.Value}, which names nothing of the kind that was read before it",
        SequenceStart => "a list",
        _ => "a mapping",
    };

    /// <summary>The text of a scalar, or of the one that an alias names; null, with nothing consumed, where neither stands here.</summary>
    public string? ReadText()
    {
        if (TryTakeAlias(out string? known))
        {
            return known;
        }

        if (Current is not Scalar scalar)
        {
            return null;
        }

        Move();
        Keep(scalar.Anchor, scalar.Value);
        return scalar.Value;
    }

    /// <summary>What an alias names, where it is of this type; otherwise nothing is consumed.</summary>
    public bool TryTakeAlias<T>(out T? known)
        where T : class
    {
        known = Current is AnchorAlias alias ? _anchors.GetValueOrDefault(alias.Value) as T : null;
        if (known is not null)
        {
            Move();
        }

        return known is not null;
    }

    public void Keep(AnchorName anchor, object value)
    {
        if (!anchor.IsEmpty)
        {
            _anchors[anchor] = value;
        }
    }

    /// <summary>Passes over what stands here with all that is in it.</summary>
    public void SkipNode()
    {
        int depth = 0;
        do
        {
            depth += Current.NestingIncrease;
            if (depth > MaxDepth)
            {
                throw new YamlException(Current.Start, Current.End, $"it is nested more than {MaxDepth} deep");
            }

            Move();
        }
        while (depth > 0);
    }

    public void Move()
    {
        Mark place = _parser.Current?.End ?? Mark.Empty;
        try
        {
            if (!_parser.MoveNext())
            {
                throw new YamlException(place, place, "it ends too early");
            }
        }
        catch (Exception exception)
            when (exception is InvalidOperationException or ArgumentException or FormatException or OverflowException)
        {
            // Some broken text, such as a plain scalar that begins where none may, leaves the library's scanner this way (18.1.0).
            throw new YamlException(place, place, "nothing that can be read follows", exception);
        }
    }
}
