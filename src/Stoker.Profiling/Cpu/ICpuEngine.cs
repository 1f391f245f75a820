namespace Stoker.Profiling.Cpu;

/// <summary>A way to find out where the threads of this process spend CPU time.</summary>
internal interface ICpuEngine
{
    /// <summary>Its name in the <c>engine</c> parameter and in what is sent.</summary>
    string Name { get; }

    /// <summary>Why it cannot work in this process, with the remedy; null where it can.</summary>
    string? WhyUnavailable { get; }

    /// <summary>
    /// Records until the window is over or the token is cancelled; in both cases all that it started has ended when it returns. It blocks, so
    /// it is called on a thread of its own: a profile must also come out of a process whose thread pool is exhausted.
    /// </summary>
    EngineResult Record(CpuProfileQuery query, ProfileWindow window, CancellationToken cancellationToken);
}
