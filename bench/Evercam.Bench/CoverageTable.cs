using Evercam.Bench.Processes;
using Evercam.Bench.References;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;

namespace Evercam.Bench;

/// <summary>The coverage of a camera that failed all year long: of the whole year, and of a day of it; beside a bare endpoint that
/// gives the year's bytes from memory.</summary>
internal static class CoverageTable
{
    private const string Coverage = "/v1/cameras/camera-0/coverage";
    private const string Keys = $"api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}";
    private const string Answer = "coverage.json";
    private const long Day = 86_400;
    private const long Year = 365 * Day;
    private const long First = 1_735_689_600;

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var gaps = arguments.Number("gaps", 10_000);
        var connections = arguments.Number("connections", 1);
        var time = arguments.Seconds("seconds", 5);
        var rounds = arguments.Number("rounds", 2);
        arguments.End();

        using var folder = new TempFolder();
        await StoreAsync(folder["data"], gaps, cancellation);
        await using var server = await ServerProcess.StartAsync(folder["data"], "/v1/test", cancellation);
        var year = $"{Coverage}?from={First}&to={First + Year}&{Keys}";
        var day = $"{Coverage}?from={First + (Year / 2)}&to={First + (Year / 2) + Day}&{Keys}";
        var files = folder.CreateFolder("files");
        using (var http = new HttpClient())
        {
            var whole = await http.GetByteArrayAsync(new Uri(server.Address, year), cancellation);
            await File.WriteAllBytesAsync(Path.Combine(files, Answer), whole, cancellation);
        }

        var bareAddress = new Uri($"http://127.0.0.1:{FreePort.Find()}");
        await using var bare = ServerProcess.StartReference(
            BareEndpoint.Command, "--address", bareAddress.AbsoluteUri, "--folder", files);
        await bare.AnswerAsync(bareAddress, TimeSpan.FromMilliseconds(20), cancellation);

        Target[] targets =
        [
            new("Evercam Server, a year", server.Address, $"\"{year}\"", null, () => server.Usage),
            new("Evercam Server, a day", server.Address, $"\"{day}\"", null, () => server.Usage),
            new("bare ASP.NET endpoint, memory", bareAddress, $"\"/v1/cameras/x/snapshots/{Answer}\"", null, () => bare.Usage),
        ];
        await Target.MeasureAsync(targets, rounds, time, (target, time) => Wrk.RunAsync(
            target.Address, target.Path, target.Header, pictures: 1, first: 1, connections, time, cancellation));

        var table = new Table("who", "requests per second", "CPU per request", "p50", "p99", "KB each", "errors");
        foreach (var target in targets)
        {
            table.Add(
                target.Name, $"{target.Rate:0.0}", $"{target.PerRequest.TotalMilliseconds:0.00} ms",
                $"{target.Median.TotalMilliseconds:0.00} ms", $"{target.P99.TotalMilliseconds:0.00} ms",
                $"{target.BytesEach / 1000:0}", $"{target.Errors}");
        }

        await table.PrintAsync($"Coverage: a year with {gaps:N0} gaps, {connections} connections");
    }

    private static async Task StoreAsync(string dataDirectory, int gaps, CancellationToken cancellation)
    {
        await using var data = await BenchData.OpenAsync(dataDirectory, postgres: null, cancellation);
        var camera = (await data.AddCamerasAsync(1, recordFrom: null, cancellation))[0];
        await using var db = data.OpenCatalog();
        db.AddRange(Enumerable.Range(0, 2 * gaps).Select(number => new CoverageFact
        {
            CameraKey = camera,
            Since = First + (number * Year / (2 * gaps)),
            Status = number % 2 == 0 ? CoverageStatus.Recorded : CoverageStatus.Offline,
        }));
        await db.SaveChangesAsync(cancellation);
    }
}
