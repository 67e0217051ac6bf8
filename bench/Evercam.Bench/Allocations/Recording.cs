using BenchmarkDotNet.Attributes;

namespace Evercam.Bench.Allocations;

/// <summary>What is allocated to record a picture: each time one of each of some cameras, as in a second of recording.</summary>
public class Recording
{
    private readonly RecordingStage stage = RecordingStage.Current!;

    [Benchmark(Baseline = true, OperationsPerInvoke = RecordingStage.Cameras, Description = "bare C# loop: fetched, and written to a file")]
    public async Task BareAsync()
    {
        for (var camera = 0; camera < RecordingStage.Cameras; camera++)
        {
            var picture = await stage.Http.GetByteArrayAsync(RecordingStage.PathOf(camera));
            await File.WriteAllBytesAsync(stage.FileOf(camera), picture);
        }
    }

    [Benchmark(OperationsPerInvoke = RecordingStage.Cameras, Description = "fetched, and put into the archive")]
    public async Task RecordAsync()
    {
        stage.Tick();
        var durable = new Task[RecordingStage.Cameras];
        for (var camera = 0; camera < durable.Length; camera++)
        {
            using var picture = await stage.Fetcher.FetchAsync(stage.Endpoints[camera], CancellationToken.None);
            durable[camera] = await stage.AppendAsync(camera, picture.Bytes);
        }

        await Task.WhenAll(durable);
    }

    [Benchmark(OperationsPerInvoke = RecordingStage.Cameras, Description = "only fetched")]
    public async Task FetchAsync()
    {
        foreach (var endpoint in stage.Endpoints)
        {
            using var picture = await stage.Fetcher.FetchAsync(endpoint, CancellationToken.None);
        }
    }

    [Benchmark(OperationsPerInvoke = RecordingStage.Cameras, Description = "only put into the archive")]
    public async Task AppendAsync()
    {
        stage.Tick();
        var durable = new Task[RecordingStage.Cameras];
        for (var camera = 0; camera < durable.Length; camera++)
        {
            durable[camera] = await stage.AppendAsync(camera, stage.Drawn[camera % stage.Drawn.Count]);
        }

        await Task.WhenAll(durable);
    }
}
