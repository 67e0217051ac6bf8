using Evercam.Bench.Processes;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Bench;

/// <summary>What servers did that were asked for stored pictures, all at once.</summary>
/// <param name="Loads">What was asked of each.</param>
/// <param name="Processor">Their processor time, all together.</param>
/// <param name="Others">The processor time of what they share.</param>
internal sealed record ServingRun(Load[] Loads, TimeSpan Processor, TimeSpan[] Others)
{
    private const int Connections = 12;

    /// <summary>Different pictures that are asked for, at most.</summary>
    private const int Most = 2_000;

    /// <summary>In which the servers' caches are filled, and their code is compiled.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(20);

    public long Requests => Math.Max(1, Loads.Sum(load => load.Requests));

    public double Rate => Loads.Sum(load => load.Requests / load.Time.TotalSeconds);

    public long Errors => Loads.Sum(load => load.Errors);

    public TimeSpan P99 => Loads.Max(load => load.P99);

    /// <summary>Asks for pictures that were recorded, after recording has ended.</summary>
    /// <param name="servers">Whom.</param>
    /// <param name="shared">What processes used so far that the servers share.</param>
    /// <param name="recorded">What there is: a picture of each camera and second.</param>
    /// <param name="cameras">Of how many cameras.</param>
    /// <param name="time">How long.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static async Task<ServingRun> MeasureAsync(
        IReadOnlyList<ServerProcess> servers, Func<Usage>[] shared, RecordingRun recorded, int cameras, TimeSpan time,
        CancellationToken cancellation)
    {
        var pictures = Math.Clamp(cameras * ((int)recorded.Time.TotalSeconds - 2), 1, Most);
        var path = $"\"/v1/cameras/camera-\" .. (second % {cameras}) .. \"/snapshots/\" .. "
            + $"({recorded.From.ToUnixTimeSeconds() + 1} + math.floor(second / {cameras})) .. "
            + $"\".jpg?api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}\"";
        await AskAsync(WarmUp);
        var before = Look();
        var loads = await AskAsync(time);
        var used = before.Zip(Look(), (one, next) => next - one).ToArray();
        return new(loads, used[shared.Length..].Aggregate((sum, one) => sum + one), used[..shared.Length]);

        TimeSpan[] Look() => [.. shared.Select(usage => usage().Processor), .. servers.Select(server => server.Usage.Processor)];

        Task<Load[]> AskAsync(TimeSpan time) => Task.WhenAll(servers.Select(server => Wrk.RunAsync(
            server.Address, path, header: null, pictures, first: 0, Math.Max(1, Connections / servers.Count), time, cancellation)));
    }

    /// <summary>Of what was recorded, for servers to come, nothing is recorded any more.</summary>
    public static async Task EndRecordingAsync(BenchData data, CancellationToken cancellation)
    {
        await using var db = data.OpenCatalog();
        await db.Cameras.ExecuteUpdateAsync(set => set.SetProperty(camera => camera.Recording.Status, RecordingStatus.Off), cancellation);
    }
}
