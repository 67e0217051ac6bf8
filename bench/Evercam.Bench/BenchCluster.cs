using Evercam.Bench.Processes;
using Evercam.Tests.Servers;

namespace Evercam.Bench;

/// <summary>What several servers share: a PostgreSQL, a Redis and a bucket, empty, and gone afterwards.</summary>
internal sealed class BenchCluster : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly List<IAsyncDisposable> parts = [];
    private Dictionary<string, string> settings = [];
    private Func<Usage>[] usages = [];

    public static async Task<BenchCluster> StartAsync(CancellationToken cancellation)
    {
        var cluster = new BenchCluster();
        try
        {
#pragma warning disable CA2000 // The cluster disposes of its parts.
            var postgres = cluster.Add(await PostgresInstance.StartAsync());
            var redis = cluster.Add(await Redis.StartAsync(cluster.folder.CreateFolder("redis"), cancellation));
            var swift = cluster.Add(await Swift.StartAsync(cluster.folder.CreateFolder("swift"), cancellation));
#pragma warning restore CA2000
            cluster.usages = [() => Usage.Of(postgres.Id), () => redis.Usage, () => swift.Usage];
            cluster.settings = await swift.CreateBucketAsync("pictures", cancellation);
            cluster.settings["ConnectionStrings:Evercam"] = await postgres.CreateDatabaseAsync("evercam");
            cluster.settings["Evercam:Cluster:Redis"] = redis.Address;
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Records cameras with so many servers.</summary>
    /// <returns>What they did, all together, and the processor time of PostgreSQL, Redis and the bucket meanwhile.</returns>
    public async Task<(RecordingRun Run, TimeSpan[] Others)> RecordAsync(
        Nginx source, int count, int cameras, TimeSpan warmUp, TimeSpan time, CancellationToken cancellation)
    {
        IReadOnlyList<long> keys;
        await using (var data = await BenchData.OpenAsync(folder["data"], settings, cancellation))
        {
            keys = await data.AddCamerasAsync(cameras, source.Port, cancellation);
        }

        var (clock, servers) = (TimeProvider.System, new List<ServerProcess>());
        DateTimeOffset from, to;
        Usage[] before, after;
        try
        {
            await StartAsync(servers, count, cancellation);
            await Task.Delay(warmUp, clock, cancellation);
            (from, before) = (clock.GetUtcNow(), Look());
            await Task.Delay(time, clock, cancellation);
            (to, after) = (clock.GetUtcNow(), Look());
        }
        finally
        {
            await EndAsync(servers);
        }

        List<TimeSpan> used = [.. before.Zip(after, (one, next) => next.Processor - one.Processor)];
        var ours = used[usages.Length..].Aggregate((sum, one) => sum + one);
        var memory = after[usages.Length..].Max(server => server.MemoryBytes);
        await using var recorded = await BenchData.OpenAsync(folder["data"], settings, cancellation);
        return (await RecordingRun.CountAsync(recorded, keys, from, to, ours, memory, cancellation), [.. used[..usages.Length]]);

        Usage[] Look() => [.. usages.Select(usage => usage()), .. servers.Select(server => server.Usage)];
    }

    /// <summary>Serves what was recorded with so many servers, all asked at once.</summary>
    public async Task<ServingRun> ServeAsync(RecordingRun recorded, int count, int cameras, TimeSpan time, CancellationToken cancellation)
    {
        await using (var data = await BenchData.OpenAsync(folder["data"], settings, cancellation))
        {
            await ServingRun.EndRecordingAsync(data, cancellation);
        }

        var servers = new List<ServerProcess>();
        try
        {
            await StartAsync(servers, count, cancellation);
            return await ServingRun.MeasureAsync(servers, usages, recorded, cameras, time, cancellation);
        }
        finally
        {
            await EndAsync(servers);
        }
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var part in Enumerable.Reverse(parts))
        {
            await part.DisposeAsync();
        }

        folder.Dispose();
    }

    private async Task StartAsync(List<ServerProcess> servers, int count, CancellationToken cancellation)
    {
        for (var number = 0; number < count; number++)
        {
            servers.Add(await ServerProcess.StartAsync(folder[$"{number}"], "/v1/test", cancellation, settings));
        }
    }

    private static async Task EndAsync(List<ServerProcess> servers)
    {
        foreach (var server in servers)
        {
            await server.DisposeAsync();
        }
    }

    private T Add<T>(T part)
        where T : IAsyncDisposable
    {
        parts.Add(part);
        return part;
    }
}
