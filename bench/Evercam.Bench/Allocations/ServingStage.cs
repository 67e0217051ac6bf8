using System.Text;
using Evercam.Bench.References;
using Evercam.Tests.Servers;
using Microsoft.AspNetCore.Builder;

namespace Evercam.Bench.Allocations;

/// <summary>A server and a bare endpoint with the same pictures, and what they are asked.</summary>
internal sealed class ServingStage : IAsyncDisposable
{
    private const int Stored = 200;
    private const string Keys = $"api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}";

    private readonly ServerInside server;
    private readonly WebApplication bare;

    private ServingStage(ServerInside server, WebApplication bare, Uri bareAddress)
    {
        (this.server, this.bare) = (server, bare);
        (Asks, AsksBare) = (new(server.Address), new(bareAddress));
        var first = ServeTable.First.ToUnixTimeSeconds();
        var stored = Enumerable.Range(0, Stored).Select(number => $"/v1/cameras/camera-0/snapshots/{first + number}").ToList();
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{BenchData.UserName}:{BenchData.Password}"));
        Bare = [.. stored.Select(path => RawCaller.Request($"{path}.jpg"))];
        Pictures = [.. stored.Select(path => RawCaller.Request($"{path}.jpg?{Keys}"))];
        PicturesWithBasic = [.. stored.Select(path => RawCaller.Request($"{path}.jpg", $"Authorization: Basic {basic}"))];
        Nearest = [.. stored.Select(path => RawCaller.Request($"{path}?{Keys}"))];
        Latest = RawCaller.Request($"/v1/cameras/camera-0/snapshots/latest?{Keys}");
        List = RawCaller.Request($"/v1/cameras/camera-0/snapshots/range?from={first}&to={first + Stored}&limit=100&{Keys}");
    }

    /// <summary>The one that is measured: BenchmarkDotNet makes its objects itself.</summary>
    public static ServingStage? Current { get; set; }

    public RawCaller Asks { get; }

    public RawCaller AsksBare { get; }

    public IReadOnlyList<byte[]> Bare { get; }

    public IReadOnlyList<byte[]> Pictures { get; }

    public IReadOnlyList<byte[]> PicturesWithBasic { get; }

    public IReadOnlyList<byte[]> Nearest { get; }

    public byte[] Latest { get; }

    public byte[] List { get; }

    public static async Task<ServingStage> SetAsync(TempFolder folder, CancellationToken cancellation)
    {
        var files = folder.CreateFolder("files");
        await ServeTable.StoreAsync(folder["data"], files, Stored, cancellation);
        var server = await ServerInside.StartAsync(folder["data"], cancellation);
        try
        {
            var address = new Uri($"http://127.0.0.1:{FreePort.Find()}");
            var bare = BareEndpoint.Build(address.AbsoluteUri, files);
            await bare.StartAsync(cancellation);
            return new(server, bare, address);
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        Asks.Dispose();
        AsksBare.Dispose();
        await bare.DisposeAsync();
        await server.DisposeAsync();
    }
}
