namespace Stoker.Syntax.Library;

internal readonly record struct FormatFlags(bool Plus, bool Left, bool Alternate, bool Space, bool Zero)
{
    public bool TryAdd(char flag, out FormatFlags flags)
    {
        FormatFlags? added = flag switch
        {
            '+' => this with { Plus = true },
            '-' => this with { Left = true },
            '#' => this with { Alternate = true },
            ' ' => this with { Space = true },
            '0' => this with { Zero = true },
            _ => null,
        };
        flags = added ?? this;
        return added is not null;
    }
}
