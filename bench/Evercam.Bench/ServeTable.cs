using System.Text;
using Evercam.Bench.Processes;
using Evercam.Bench.References;
using Evercam.Tests.Servers;

namespace Evercam.Bench;

/// <summary>Stored pictures over HTTP, beside nginx serving the same as files and a bare endpoint serving them from memory.</summary>
internal static class ServeTable
{
    /// <summary>The second of the first picture.</summary>
    public static readonly DateTimeOffset First = new(2026, 6, 21, 12, 0, 0, TimeSpan.Zero);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var connections = arguments.Number("connections", 16);
        var time = arguments.Seconds("seconds", 10);
        var rounds = arguments.Number("rounds", 2);
        var pictures = arguments.Number("pictures", 2_000);
        arguments.End();

        await Machine.TellAsync($"storing {pictures} pictures");
        using var folder = new TempFolder();
        var files = folder.CreateFolder("files");
        await StoreAsync(folder["data"], files, pictures, cancellation);
        await Machine.SettleAsync(cancellation);

        await using var server = await ServerProcess.StartAsync(folder["data"], "/v1/test", cancellation);
        await using var nginx = await Nginx.StartAsync(folder.CreateFolder("nginx"), files, cancellation);
        var bareAddress = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        await using var bare = ServerProcess.StartReference(
            BareEndpoint.Command, "--address", bareAddress.AbsoluteUri, "--folder", files);
        await bare.AnswerAsync(bareAddress, TimeSpan.FromMilliseconds(20), cancellation);

        const string snapshot = "\"/v1/cameras/camera-0/snapshots/\" .. second .. \".jpg";
        var basic = Convert.ToBase64String(Encoding.UTF8.GetBytes($"{BenchData.UserName}:{BenchData.Password}"));
        Target[] targets =
        [
            new("Evercam Server, Basic", server.Address, $"{snapshot}\"", $"Authorization: Basic {basic}", () => server.Usage),
            new("Evercam Server, API keys", server.Address, $"{snapshot}?api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}\"", null, () => server.Usage),
            new("nginx, files", nginx.Address, "\"/\" .. second .. \".jpg\"", null, () => nginx.Usage),
            new("bare ASP.NET endpoint, memory", bareAddress, $"{snapshot}\"", null, () => bare.Usage),
        ];
        await Target.MeasureAsync(targets, rounds, time, (target, time) => Wrk.RunAsync(
            target.Address, target.Path, target.Header, pictures, First.ToUnixTimeSeconds(), connections, time, cancellation));
        await PrintAsync(targets, connections, pictures);
    }

    private static async Task PrintAsync(Target[] targets, int connections, int pictures)
    {
        var table = new Table(
            "who", "requests per second", "CPU per request", "Evercam's rate / its (Basic, keys)", "Evercam's CPU / its (Basic, keys)",
            "p50", "p99", "KB each", "errors");
        foreach (var target in targets)
        {
            table.Add(
                target.Name, $"{target.Rate:0}", $"{target.PerRequest.TotalMicroseconds:0} µs",
                $"{targets[0].Rate / target.Rate:0.00}, {targets[1].Rate / target.Rate:0.00}",
                $"{targets[0].PerRequest / target.PerRequest:0.00}, {targets[1].PerRequest / target.PerRequest:0.00}",
                $"{target.Median.TotalMilliseconds:0.00} ms", $"{target.P99.TotalMilliseconds:0.00} ms",
                $"{target.BytesEach / 1000:0.0}", $"{target.Errors}");
        }

        await table.PrintAsync($"Serve: {pictures} pictures of about 100 KB, {connections} connections");
    }

    /// <summary>The same pictures in the archive and as files, under the names of the same seconds.</summary>
    public static async Task StoreAsync(string dataDirectory, string files, int count, CancellationToken cancellation)
    {
        var drawn = Pictures.Draw();
        var pictures = Enumerable.Range(0, count).Select(number => drawn[number % drawn.Count]);
        await using var data = await BenchData.OpenAsync(dataDirectory, postgres: null, cancellation);
        var cameras = await data.AddCamerasAsync(1, recordFrom: null, cancellation);
        await data.AddPicturesAsync(cameras[0], First, pictures, cancellation);
        foreach (var (number, picture) in pictures.Index())
        {
            await File.WriteAllBytesAsync(Path.Combine(files, $"{First.ToUnixTimeSeconds() + number}.jpg"), picture, cancellation);
        }
    }
}
