using System.Diagnostics;
using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>Smaller pictures, each asked for once, so that none is remembered; beside ffmpeg, which makes the same of the same files.</summary>
internal static class ThumbnailsTable
{
    private const string Keys = $"api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}";

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var pictures = arguments.Number("pictures", 500);
        var width = arguments.Number("width", 640);
        arguments.End();

        await Machine.TellAsync($"storing {pictures} pictures");
        using var folder = new TempFolder();
        var files = folder.CreateFolder("files");
        await ServeTable.StoreAsync(folder["data"], files, pictures, cancellation);
        await Machine.SettleAsync(cancellation);
        var (served, servedTime) = await ServeAsync(folder["data"], pictures, width, cancellation);
        var (made, madeTime) = await ConvertAsync(files, folder.CreateFolder("smaller"), width, cancellation);

        var table = new Table("who", "CPU per picture", "pictures per second and core", "pictures per second", "Evercam's CPU / its");
        Add("Evercam Server, answer included", served, servedTime);
        Add("ffmpeg, files to files", made, madeTime);
        await table.PrintAsync($"Thumbnails: {pictures} pictures of about 100 KB, {width} pixels wide");

        void Add(string who, TimeSpan processor, TimeSpan time) => table.Add(
            who, $"{(processor / pictures).TotalMilliseconds:0.00} ms", $"{pictures / processor.TotalSeconds:0}",
            $"{pictures / time.TotalSeconds:0}", $"{served / processor:0.00}");
    }

    private static async Task<(TimeSpan Processor, TimeSpan Time)> ServeAsync(
        string dataDirectory, int pictures, int width, CancellationToken cancellation)
    {
        await using var server = await ServerProcess.StartAsync(dataDirectory, "/v1/test", cancellation);
        using var http = new HttpClient { BaseAddress = server.Address };

        // In another width, all code has run before anything is measured.
        await FetchAsync(width / 2, pictures / 5);
        var (before, began) = (server.Usage.Processor, Stopwatch.GetTimestamp());
        await FetchAsync(width, pictures);
        return (server.Usage.Processor - before, Stopwatch.GetElapsedTime(began));

        Task FetchAsync(int wanted, int count) => Parallel.ForEachAsync(
            Enumerable.Range(0, count), new ParallelOptions { MaxDegreeOfParallelism = 4, CancellationToken = cancellation },
            async (number, stop) =>
            {
                var second = ServeTable.First.ToUnixTimeSeconds() + number;
                await http.GetByteArrayAsync(
                    new Uri($"/v1/cameras/camera-0/snapshots/{second}.jpg?width={wanted}&{Keys}", UriKind.Relative), stop);
            });
    }

    private static async Task<(TimeSpan Processor, TimeSpan Time)> ConvertAsync(
        string files, string smaller, int width, CancellationToken cancellation)
    {
        var (before, began) = (Usage.OfEndedChildren(), Stopwatch.GetTimestamp());
        await using (var ffmpeg = new Child(
            "ffmpeg", "-loglevel", "error", "-nostdin", "-start_number", $"{ServeTable.First.ToUnixTimeSeconds()}",
            "-i", Path.Combine(files, "%d.jpg"), "-vf", $"scale={width}:-2", "-q:v", "4", Path.Combine(smaller, "%d.jpg")))
        {
            await ffmpeg.EndAsync(cancellation);
        }

        return (Usage.OfEndedChildren() - before, Stopwatch.GetElapsedTime(began));
    }
}
