// A process has one CPU profiler, and the busy threads of one test would be in the profile of another.
[assembly: CollectionBehavior(DisableTestParallelization = true)]
