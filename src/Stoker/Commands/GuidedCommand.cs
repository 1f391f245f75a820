using System.CommandLine;

namespace Stoker.Commands;

/// <summary>A command with what its help page says beyond a line for each flag.</summary>
internal sealed class GuidedCommand(string name, string description) : Command(name, description)
{
    private readonly List<(string Title, Option Option)> _groups = [];

    /// <summary>A sentence or two below the description; empty where that says all.</summary>
    public string Details { get; init; } = "";

    /// <summary>Command lines to copy, each in full.</summary>
    public IReadOnlyList<string> Examples { get; init; } = [];

    /// <summary>What each exit code means.</summary>
    public IReadOnlyList<(int Code, string Meaning)> ExitCodes { get; init; } = [];

    /// <summary>What the flags that are not listed have in common; empty where there are none.</summary>
    public string HiddenFlags { get; set; } = "";

    /// <summary>Adds flags that stand together on the page.</summary>
    public void Add(string title, params ReadOnlySpan<Option> options)
    {
        foreach (Option option in options)
        {
            _groups.Add((title, option));
            Add(option);
        }
    }

    public string GroupOf(Option option) => _groups.Find(entry => entry.Option == option).Title ?? "Flags";
}
