using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Stoker.Benchmarks;

if (args is ["budgets"])
{
    Budgets.Print();
    return;
}

if (args is ["relabel"])
{
    RelabelBudget.Print();
    return;
}

if (args is ["language"])
{
    await LanguageBudget.PrintAsync();
    return;
}

if (args is ["levels", ..])
{
    Levels.Print(args.ElementAtOrDefault(1));
    return;
}

// In this process, because the projects that BenchmarkDotNet makes would fall under the solution's package rules and fail them.
IConfig config = DefaultConfig.Instance.AddJob(Job.Default.WithToolchain(InProcessEmitToolchain.Instance).WithInvocationCount(1).WithUnrollFactor(1)
    .WithWarmupCount(3).WithIterationCount(8));
BenchmarkSwitcher.FromAssembly(typeof(DeltaBenchmarks).Assembly).Run(args, config);
