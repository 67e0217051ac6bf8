using BenchmarkDotNet.Attributes;

namespace Evercam.Bench.Allocations;

/// <summary>What is allocated to answer a request, from the socket to the socket.</summary>
public class Serving
{
    private readonly ServingStage stage = ServingStage.Current!;
    private int next;

    [Benchmark(Baseline = true, Description = "bare ASP.NET endpoint, memory")]
    public int Bare() => stage.AsksBare.Ask(Next(stage.Bare));

    [Benchmark(Description = "stored picture, API keys")]
    public int Picture() => stage.Asks.Ask(Next(stage.Pictures));

    [Benchmark(Description = "stored picture, Basic")]
    public int PictureWithBasic() => stage.Asks.Ask(Next(stage.PicturesWithBasic));

    [Benchmark(Description = "nearest picture, JSON")]
    public int Nearest() => stage.Asks.Ask(Next(stage.Nearest));

    [Benchmark(Description = "latest picture, JSON")]
    public int Latest() => stage.Asks.Ask(stage.Latest);

    [Benchmark(Description = "list of 100 pictures, JSON")]
    public int List() => stage.Asks.Ask(stage.List);

    private byte[] Next(IReadOnlyList<byte[]> requests) => requests[next++ % requests.Count];
}
