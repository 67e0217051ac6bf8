using Evercam.Bench.Processes;
using Evercam.Bench.References;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Bench;

/// <summary>A user's cameras in one answer: to the owner, who sees all of them whole, and to everyone, who sees the public half in
/// the minimal form; beside a bare endpoint that gives the owner's bytes from memory.</summary>
internal static class ListTable
{
    private const string Cameras = $"/v1/users/{BenchData.UserName}/cameras";
    private const string Keys = $"api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}";
    private const string Answer = "cameras.json";

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var cameras = arguments.Number("cameras", 1_000);
        var connections = arguments.Number("connections", 4);
        var time = arguments.Seconds("seconds", 10);
        var rounds = arguments.Number("rounds", 2);
        arguments.End();

        using var folder = new TempFolder();
        await StoreAsync(folder["data"], cameras, cancellation);
        await using var server = await ServerProcess.StartAsync(folder["data"], "/v1/test", cancellation);
        var files = folder.CreateFolder("files");
        using (var http = new HttpClient())
        {
            var whole = await http.GetByteArrayAsync(new Uri(server.Address, $"{Cameras}?{Keys}"), cancellation);
            await File.WriteAllBytesAsync(Path.Combine(files, Answer), whole, cancellation);
        }

        var bareAddress = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        await using var bare = ServerProcess.StartReference(
            BareEndpoint.Command, "--address", bareAddress.AbsoluteUri, "--folder", files);
        await bare.AnswerAsync(bareAddress, TimeSpan.FromMilliseconds(20), cancellation);

        Target[] targets =
        [
            new("Evercam Server, owner", server.Address, $"\"{Cameras}?{Keys}\"", null, () => server.Usage),
            new("Evercam Server, anonymous", server.Address, $"\"{Cameras}\"", null, () => server.Usage),
            new("bare ASP.NET endpoint, memory", bareAddress, $"\"/v1/cameras/x/snapshots/{Answer}\"", null, () => bare.Usage),
        ];
        await Target.MeasureAsync(targets, rounds, time, (target, time) => Wrk.RunAsync(
            target.Address, target.Path, target.Header, pictures: 1, first: 1, connections, time, cancellation));

        var table = new Table("who", "requests per second", "CPU per request", "p50", "p99", "KB each", "errors");
        foreach (var target in targets)
        {
            table.Add(
                target.Name, $"{target.Rate:0.0}", $"{target.PerRequest.TotalMilliseconds:0.0} ms",
                $"{target.Median.TotalMilliseconds:0.0} ms", $"{target.P99.TotalMilliseconds:0.0} ms",
                $"{target.BytesEach / 1000:0}", $"{target.Errors}");
        }

        await table.PrintAsync($"List: {cameras} cameras of one user, {connections} connections");
    }

    /// <summary>Every second camera is public, and all have accounts of their own.</summary>
    private static async Task StoreAsync(string dataDirectory, int count, CancellationToken cancellation)
    {
        await using var data = await BenchData.OpenAsync(dataDirectory, postgres: null, cancellation);
        await data.AddCamerasAsync(count, recordFrom: null, cancellation);
        await using var db = data.OpenCatalog();
        var cameras = await db.Cameras.OrderBy(camera => camera.Key).ToListAsync(cancellation);
        foreach (var (number, camera) in cameras.Index())
        {
            camera.IsPublic = number % 2 == 0;
            (camera.CamUsername, camera.CamPassword) = (Setting.Of("admin"), Setting.Of($"secret {number}"));
            camera.ExternalHost = $"camera-{number}.example.org";
        }

        await db.SaveChangesAsync(cancellation);
    }
}
