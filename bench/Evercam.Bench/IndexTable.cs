using System.Diagnostics;
using Evercam.Archive;
using Evercam.Tests.Servers;

namespace Evercam.Bench;

/// <summary>Questions about time: how they grow with the index, on both databases.</summary>
internal static class IndexTable
{
    private const int Cameras = 10;
    private const int SmallRows = 100_000;
    private const int WarmUp = 300;
    private const int BlockProbes = 100;
    private const int PageRows = 100;

    /// <summary>So rare that the small index, too, has many months: else most days of a month would be empty in it alone.</summary>
    private static readonly TimeSpan Step = TimeSpan.FromMinutes(30);

    /// <summary>The longest that a question is about.</summary>
    private static readonly TimeSpan Month = TimeSpan.FromDays(31);

    private delegate Task Ask(ISnapshotIndex index, long camera, DateTimeOffset moment, CancellationToken cancellation);

    private static readonly (string Name, Ask Ask)[] Questions =
    [
        ("latest", (index, camera, _, cancellation) => index.FindAtOrBeforeAsync(camera, DateTimeOffset.MaxValue, cancellation)),
        ("nearest, one probe to either side", async (index, camera, moment, cancellation) =>
        {
            await index.FindAtOrBeforeAsync(camera, moment, cancellation);
            await index.FindAtOrAfterAsync(camera, moment, cancellation);
        }),
        ("days of a month, 31 probes", (index, camera, moment, cancellation) =>
            index.AnyAsync(camera, Ranges(moment, 31, TimeSpan.FromDays(1)), cancellation)),
        ("hours of a day, 24 probes", (index, camera, moment, cancellation) =>
            index.AnyAsync(camera, Ranges(moment, 24, TimeSpan.FromHours(1)), cancellation)),
        ($"page of {PageRows} by after", (index, camera, moment, cancellation) =>
            index.ListAsync(camera, moment, DateTimeOffset.MaxValue, PageRows, cancellation)),
    ];

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var rows = arguments.Number("rows", 10_000_000);
        var probes = arguments.Number("probes", 3_000);
        var database = arguments.Text("database", "both");
        arguments.End();

        var table = new Table(
            "question", $"p50 at {SmallRows:N0}", $"p50 at {rows:N0}", "ratio", $"p99 at {SmallRows:N0}", $"p99 at {rows:N0}", "ratio");
        if (database is not ("both" or "sqlite" or "postgresql"))
        {
            throw new BenchException("--database is sqlite or postgresql.");
        }

        if (database != "postgresql")
        {
            await MeasureAsync(table, "SQLite", _ => Task.FromResult<string?>(null), rows, probes, cancellation);
        }

        if (database != "sqlite")
        {
            await using var postgres = await PostgresInstance.StartAsync();
            await MeasureAsync(table, "PostgreSQL", async name => await postgres.CreateDatabaseAsync(name), rows, probes, cancellation);
        }

        await table.PrintAsync($"Index: {probes} random probes per question, {Cameras} cameras");
    }

    private static async Task MeasureAsync(
        Table table, string database, Func<string, Task<string?>> createAsync, int rows, int probes, CancellationToken cancellation)
    {
        using var folder = new TempFolder();
        await using var small = await FillAsync(folder["small"], await createAsync("small"), SmallRows, cancellation);
        await Machine.TellAsync($"{database}: adding {rows:N0} rows");
        await using var large = await FillAsync(folder["large"], await createAsync("large"), rows, cancellation);
        foreach (var (name, ask) in Questions)
        {
            await Machine.TellAsync($"{database}: {name}");
            var (few, many) = (new Probes(small.Index, SmallRows, ask), new Probes(large.Index, rows, ask));
            await few.RunAsync(WarmUp, cancellation);
            await many.RunAsync(WarmUp, cancellation);
            few.Times.Clear();
            many.Times.Clear();

            // In turns, so that whatever else the machine does meets both.
            for (var done = 0; done < probes; done += BlockProbes)
            {
                await few.RunAsync(BlockProbes, cancellation);
                await many.RunAsync(BlockProbes, cancellation);
            }

            var ((a50, a99), (b50, b99)) = (few.Percentiles(), many.Percentiles());
            table.Add($"{database}: {name}", Write(a50), Write(b50), $"{b50 / a50:0.00}", Write(a99), Write(b99), $"{b99 / a99:0.00}");
        }
    }

    private static async Task<BenchData> FillAsync(string directory, string? postgres, int rows, CancellationToken cancellation)
    {
        var data = await BenchData.OpenAsync(directory, postgres, cancellation);
        await IndexRows.AddAsync(data, Enumerable.Range(1, Cameras).Select(key => (long)key), rows / Cameras, Step, cancellation);
        return data;
    }

    private static (DateTimeOffset From, DateTimeOffset To)[] Ranges(DateTimeOffset from, int count, TimeSpan length) =>
        [.. Enumerable.Range(0, count).Select(number => (from + (number * length), from + ((number + 1) * length)))];

    private static string Write(TimeSpan time) => $"{time.TotalMicroseconds:0} µs";

    /// <summary>One question, asked of random cameras about random moments that a recorded month follows.</summary>
    private sealed class Probes(ISnapshotIndex index, int rows, Ask ask)
    {
#pragma warning disable CA5394 // The same moments in every run; not a secret.
        private readonly Random random = new(42);

        public List<TimeSpan> Times { get; } = [];

        public async Task RunAsync(int count, CancellationToken cancellation)
        {
            for (var probe = 0; probe < count; probe++)
            {
                var camera = random.NextInt64(1, Cameras + 1);
                var moment = IndexRows.First + (random.NextDouble() * ((rows / Cameras * Step) - Month));
                var started = Stopwatch.GetTimestamp();
                await ask(index, camera, moment, cancellation);
                Times.Add(Stopwatch.GetElapsedTime(started));
            }
        }
#pragma warning restore CA5394

        public (TimeSpan Median, TimeSpan P99) Percentiles()
        {
            Times.Sort();
            return (Times[Times.Count / 2], Times[Times.Count * 99 / 100]);
        }
    }
}
