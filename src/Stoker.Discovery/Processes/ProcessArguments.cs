using Stoker.Components;
using Stoker.Components.Arguments;

namespace Stoker.Discovery.Processes;

/// <summary>The arguments of discovery.process. Immutable.</summary>
public sealed record ProcessArguments
{
    public IReadOnlyList<Target> Join { get; init; } = [];

    public TimeSpan RefreshInterval { get; init; } = TimeSpan.FromSeconds(60);

    public DiscoverConfig DiscoverConfig { get; init; } = new();

    public static BlockSchema<ProcessArguments> Schema { get; } = new BlockSchema<ProcessArguments>(new ProcessArguments())
        .Optional("join", ArgumentTypes.Targets, a => a.Join, (a, v) => a with { Join = v },
            "Targets whose labels are added to the processes of the same container, and that are exported beside them.", defaultText: "[]")
        .Optional("refresh_interval", ArgumentTypes.Duration, a => a.RefreshInterval, (a, v) => a with { RefreshInterval = v },
            "How often the processes are listed.")
        .Block("discover_config", DiscoverConfig.Schema, a => a.DiscoverConfig, (a, v) => a with { DiscoverConfig = v },
            "What is found out of each process.")
        .Validate((arguments, context) => PollInterval.Check(arguments.RefreshInterval, context, "refresh_interval"));
}

/// <summary>What discovery.process finds out of each process. Immutable.</summary>
public sealed record DiscoverConfig
{
    public bool Exe { get; init; } = true;

    public bool Cwd { get; init; } = true;

    public bool Commandline { get; init; } = true;

    // It and the user's name are on as Alloy's page has it; Alloy's code has both off.
    public bool Uid { get; init; } = true;

    public bool Username { get; init; } = true;

    public bool CgroupPath { get; init; }

    public bool ContainerId { get; init; } = true;

    public static BlockSchema<DiscoverConfig> Schema { get; } = new BlockSchema<DiscoverConfig>(new DiscoverConfig())
        .Optional("exe", ArgumentTypes.Bool, a => a.Exe, (a, v) => a with { Exe = v }, "The path of the program.")
        .Optional("cwd", ArgumentTypes.Bool, a => a.Cwd, (a, v) => a with { Cwd = v }, "The working directory.")
        .Optional("commandline", ArgumentTypes.Bool, a => a.Commandline, (a, v) => a with { Commandline = v }, "The command line.")
        .Optional("uid", ArgumentTypes.Bool, a => a.Uid, (a, v) => a with { Uid = v }, "The number of the user who started it.")
        .Optional("username", ArgumentTypes.Bool, a => a.Username, (a, v) => a with { Username = v }, "The name of that user.")
        .Optional("cgroup_path", ArgumentTypes.Bool, a => a.CgroupPath, (a, v) => a with { CgroupPath = v },
            "The control groups.", defaultText: "false")
        .Optional("container_id", ArgumentTypes.Bool, a => a.ContainerId, (a, v) => a with { ContainerId = v },
            "The container; without it nothing is joined.");
}
