using System.Globalization;

namespace Evercam.Bench.Processes;

/// <summary>What processes used, as Linux counts it.</summary>
/// <param name="Processor">User and system time since the process started.</param>
/// <param name="MemoryBytes">Resident memory now.</param>
internal readonly record struct Usage(TimeSpan Processor, long MemoryBytes)
{
    /// <summary>The unit of <c>/proc/PID/stat</c> on every Linux that .NET runs on.</summary>
    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

    /// <summary>A process and its children, such as nginx's workers, and those that have ended, such as PostgreSQL's.</summary>
    public static Usage Of(int process)
    {
        var children = File.ReadAllText($"/proc/{process}/task/{process}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(child => int.Parse(child, CultureInfo.InvariantCulture));
        var all = children.Append(process).Select(one => (Processor: Ticks($"{one}", 11), Memory: Resident(one))).ToList();
        return new((all.Sum(one => one.Processor) + Ticks($"{process}", 13)) * Tick, all.Sum(one => one.Memory));
    }

    /// <summary>The time of all children of this process that have ended.</summary>
    public static TimeSpan OfEndedChildren() => Ticks("self", 13) * Tick;

    public override string ToString() => $"{MemoryBytes / (1024.0 * 1024):0} MiB";

    /// <summary>Two neighbouring fields, user and system time, counted behind the name, which may hold anything.</summary>
    private static long Ticks(string process, int field)
    {
        var stat = File.ReadAllText($"/proc/{process}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return long.Parse(fields[field], CultureInfo.InvariantCulture) + long.Parse(fields[field + 1], CultureInfo.InvariantCulture);
    }

    private static long Resident(int process)
    {
        var line = File.ReadLines($"/proc/{process}/status").First(line => line.StartsWith("VmRSS:", StringComparison.Ordinal));
        return long.Parse(line.Split(' ', StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) * 1024;
    }
}
