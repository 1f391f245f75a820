using System.Globalization;
using System.Runtime.InteropServices;

namespace Stoker.LoadTest;

/// <summary>What the figures were measured on, and how much processor time a process has taken.</summary>
internal static class Machine
{
    /// <summary>Linux counts processor time in hundredths of a second for every program (<c>USER_HZ</c>).</summary>
    private const double TicksPerSecond = 100;

    public static string Describe()
    {
        string model = FieldOf("/proc/cpuinfo", "model name");
        string memory = FieldOf("/proc/meminfo", "MemTotal");
        double gibibytes = double.Parse(memory.Split(' ')[0], CultureInfo.InvariantCulture) / (1024 * 1024);
        return $"{Environment.ProcessorCount} cores of {model}, {gibibytes:F1} GiB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}, load before the run {LoadAverage()}";
    }

    /// <summary>User and system time of a process in seconds.</summary>
    public static double ProcessorSeconds(int processId)
    {
        string stat = File.ReadAllText($"/proc/{processId}/stat");

        // The second field is the name in brackets, which may hold blanks; user and system time are the 14th and 15th.
        string[] fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11]) + long.Parse(fields[12])) / TicksPerSecond;
    }

    private static string LoadAverage() => File.ReadAllText("/proc/loadavg").Split(' ')[0];

    private static string FieldOf(string file, string name) =>
        File.ReadLines(file).FirstOrDefault(line => line.StartsWith(name, StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : "unknown";
}
