using System.Diagnostics;
using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>Start to first answer, and memory.</summary>
internal static class StartTable
{
    private const int Rows = 100_000;

    /// <summary>An answer that takes the catalog, the caller's keys and the index.</summary>
    private const string FirstAnswer =
        $"/v1/cameras/camera-0/snapshots/latest?api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}";

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var starts = arguments.Number("starts", 5);
        var idle = arguments.Seconds("idle", 30);
        var cameras = arguments.Number("cameras", 1_000);
        var time = arguments.Seconds("seconds", 30);
        var warmUp = arguments.Seconds("warmup", 15);
        arguments.End();

        using var folder = new TempFolder();
        await using (var data = await BenchData.OpenAsync(folder["data"], postgres: null, cancellation))
        {
            var keys = await data.AddCamerasAsync(cameras, recordFrom: null, cancellation);
            await IndexRows.AddAsync(data, keys.Take(10), Rows / 10, TimeSpan.FromMinutes(1), cancellation);
        }

        var times = new List<TimeSpan>();
        Usage atFirst = default, atRest = default;
        for (var start = 1; start <= starts; start++)
        {
            await Machine.TellAsync($"start {start}");
            await Machine.SettleAsync(cancellation);
            var began = Stopwatch.GetTimestamp();
            await using var server = await ServerProcess.StartAsync(folder["data"], FirstAnswer, cancellation);
            times.Add(Stopwatch.GetElapsedTime(began));
            if (start == starts)
            {
                atFirst = server.Usage;
                await Machine.TellAsync($"idle for {idle.TotalSeconds:0} s");
                await Task.Delay(idle, TimeProvider.System, cancellation);
                atRest = server.Usage;
            }
        }

        await Machine.TellAsync($"recording {cameras} cameras");
        await using var source = await PictureCameras.StartAsync(folder, cancellation);
        var run = await RecordingRun.MeasureAsync(source, cameras, warmUp, time, cancellation);

        times.Sort();
        var table = new Table("what", "");
        table.Add($"start to first answer, {cameras} cameras and {Rows:N0} pictures, p50 of {starts}", $"{times[times.Count / 2].TotalMilliseconds:0} ms");
        table.Add("fastest and slowest start", $"{times[0].TotalMilliseconds:0} ms, {times[^1].TotalMilliseconds:0} ms");
        table.Add("memory at the first answer", $"{atFirst}");
        table.Add($"memory after {idle.TotalSeconds:0} s without work", $"{atRest}");
        table.Add("processor meanwhile", $"{(atRest.Processor - atFirst.Processor) / idle:0.0 %} of one");
        table.Add($"memory with {cameras} cameras recording", $"{new Usage(default, run.MemoryBytes)}");
        table.Add("stored / due meanwhile", $"{run.Stored / run.Expected:0.0 %}");
        await table.PrintAsync("Start and memory");
    }
}
