using Stoker.Profiling.Cpu;

namespace Stoker.Profiling.Perf;

internal sealed class PerfEngine : ICpuEngine
{
    public string Name => "perf";

    public string? WhyUnavailable => "not yet";

    public EngineResult Record(CpuProfileQuery query, TimeProvider timeProvider, CancellationToken cancellationToken) => EngineResult.Failed("not yet");
}
