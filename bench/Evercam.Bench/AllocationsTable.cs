using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Evercam.Bench.Allocations;

namespace Evercam.Bench;

/// <summary>Bytes allocated per request and per recorded picture, as BenchmarkDotNet counts them, beside what does no more than it must.</summary>
internal static class AllocationsTable
{
    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var requests = arguments.Number("requests", 2_000);
        var seconds = arguments.Number("pictures", 1_000) / RecordingStage.Cameras;
        var rounds = arguments.Number("rounds", 10);
        var warmUp = arguments.Number("warmup", 10);
        arguments.End();

        using (var folder = new TempFolder())
        {
            await using var stage = ServingStage.Current = await ServingStage.SetAsync(folder, cancellation);
            await PrintAsync(await MeasureAsync<Serving>(requests, rounds, warmUp, cancellation), "request");
        }

        using (var folder = new TempFolder())
        {
            await using var stage = RecordingStage.Current = await RecordingStage.SetAsync(folder, cancellation);
            await PrintAsync(await MeasureAsync<Recording>(Math.Max(1, seconds), rounds, warmUp, cancellation), "recorded picture");
        }
    }

    /// <summary>Runs in this process: the server's own settings of its runtime do not change what is allocated.</summary>
    private static async Task<Summary> MeasureAsync<T>(int invocations, int rounds, int warmUp, CancellationToken cancellation)
    {
        using var folder = new TempFolder();
        var job = Job.Default.WithToolchain(new InProcessEmitToolchain(TimeSpan.FromHours(1), logOutput: true))
            .WithInvocationCount(invocations).WithUnrollFactor(1).WithIterationCount(rounds).WithWarmupCount(warmUp);
        var config = ManualConfig.CreateEmpty().AddJob(job).AddDiagnoser(MemoryDiagnoser.Default).AddLogger(new Progress())
            .WithArtifactsPath(folder.Path).WithOptions(ConfigOptions.DisableLogFile);
        var running = Task.Factory.StartNew(
            () => BenchmarkRunner.Run<T>(config), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        var summary = await running.WaitAsync(cancellation);
        return summary.HasCriticalValidationErrors || summary.Reports.IsEmpty || summary.Reports.Any(report => !report.Success)
            ? throw new BenchException("BenchmarkDotNet has measured nothing: see above.")
            : summary;
    }

    private static async Task PrintAsync(Summary summary, string what)
    {
        var bare = summary.Reports.Single(report => report.BenchmarkCase.Descriptor.Baseline);
        var table = new Table($"{what}", "bytes allocated", "of the bare one", "took", "of the bare one", "collections per 1,000: gen 0, 1, 2");
        foreach (var report in summary.Reports)
        {
            var collections = report.GcStats;
            var each = 1_000.0 / collections.TotalOperations;
            table.Add(
                report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''), $"{Bytes(report):0}", $"{Bytes(report) / Bytes(bare):0.00}",
                $"{report.ResultStatistics!.Mean / 1_000:0} µs", $"{report.ResultStatistics.Mean / bare.ResultStatistics!.Mean:0.00}",
                $"{collections.Gen0Collections * each:0.00}, {collections.Gen1Collections * each:0.00}, {collections.Gen2Collections * each:0.00}");
        }

        await table.PrintAsync($"Allocated per {what}");
    }

    private static double Bytes(BenchmarkReport report) => report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0;
}
