using Evercam.Archive;
using Evercam.Bench.Processes;
using Evercam.CameraClient;
using Microsoft.Extensions.Logging.Abstractions;

namespace Evercam.Bench.Allocations;

/// <summary>Cameras, and an archive that their pictures go to.</summary>
internal sealed class RecordingStage : IAsyncDisposable
{
    public const int Cameras = 100;

    private static readonly SnapshotArchiveOptions Soon = new() { CommitInterval = TimeSpan.FromMilliseconds(100) };

    private readonly TempFolder folder;
    private readonly Nginx source;
    private readonly BenchData data;
    private readonly IReadOnlyList<long> keys;
    private readonly SnapshotArchive archive;
    private DateTimeOffset second = ServeTable.First;

    private RecordingStage(TempFolder folder, Nginx source, BenchData data, IReadOnlyList<long> keys)
    {
        (this.folder, this.source, this.data, this.keys) = (folder, source, data, keys);
        archive = data.OpenArchive(Soon);
        Fetcher = new(new() { AllowLoopback = true }, TimeProvider.System, NullLogger<CameraFetcher>.Instance);
        Http = new() { BaseAddress = source.Address };
        Endpoints = [.. keys.Select((_, number) => CameraEndpoint.FromHost("127.0.0.1", source.Port, $"/{PathOf(number)}?camera={number}")!)];
    }

    /// <summary>The one that is measured: BenchmarkDotNet makes its objects itself.</summary>
    public static RecordingStage? Current { get; set; }

    public CameraFetcher Fetcher { get; }

    public HttpClient Http { get; }

    /// <summary>Where the pictures of each camera are.</summary>
    public IReadOnlyList<CameraEndpoint> Endpoints { get; }

    public IReadOnlyList<byte[]> Drawn { get; } = Pictures.Draw();

    public static async Task<RecordingStage> SetAsync(TempFolder folder, CancellationToken cancellation)
    {
        folder.CreateFolder("files");
        var source = await PictureCameras.StartAsync(folder, cancellation);
        try
        {
            var data = await BenchData.OpenAsync(folder["data"], postgres: null, cancellation);
            var stage = new RecordingStage(folder, source, data, await data.AddCamerasAsync(Cameras, recordFrom: null, cancellation));
            await stage.archive.StartAsync(cancellation);
            return stage;
        }
        catch
        {
            await source.DisposeAsync();
            throw;
        }
    }

    public static string PathOf(int camera) => $"{camera % Pictures.Count}.jpg";

    public string FileOf(int camera) => folder[$"files/{camera}.jpg"];

    /// <summary>What follows was taken a second later.</summary>
    public void Tick() => second = second.AddSeconds(1);

    /// <summary>Puts a picture into the archive.</summary>
    /// <returns>What ends when it survives a crash.</returns>
    public async Task<Task> AppendAsync(int camera, ReadOnlyMemory<byte> bytes) =>
        (await archive.AppendAsync(new(keys[camera], second, PictureType.Jpeg, bytes), CancellationToken.None)).Durable;

    public async ValueTask DisposeAsync()
    {
        Http.Dispose();
        Fetcher.Dispose();
        await archive.DisposeAsync();
        await data.DisposeAsync();
        await source.DisposeAsync();
    }
}
