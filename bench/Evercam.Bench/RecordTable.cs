using System.Globalization;
using Evercam.Bench.Processes;
using Evercam.Bench.References;

namespace Evercam.Bench;

/// <summary>What one recorded picture costs, beside programs that only fetch and write a file each.</summary>
internal static class RecordTable
{
    private const string CurlAtOnce = "50";

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var cameras = arguments.Number("cameras", 200);
        var time = arguments.Seconds("seconds", 30);
        var warmUp = arguments.Seconds("warmup", 120);
        arguments.End();

        using var folder = new TempFolder();
        await using var source = await PictureCameras.StartAsync(folder, cancellation);
        await Machine.TellAsync($"recording {cameras} cameras for {time.TotalSeconds:0} s");
        var run = await RecordingRun.MeasureAsync(source, cameras, warmUp, time, cancellation);
        var pictures = cameras * (int)time.TotalSeconds;
        await Machine.TellAsync($"curl, {pictures} pictures");
        var curl = await CurlAsync(source, pictures, cancellation);
        await Machine.TellAsync("bare loop");
        var flat = await BareAsync(source, cameras, time, paced: false, cancellation);
        await Machine.TellAsync("bare loop at one picture per second and camera");
        var paced = await BareAsync(source, cameras, time, paced: true, cancellation);

        var own = run.Processor / run.Stored;
        var table = new Table("who", "pictures", "CPU per picture", "Evercam / it");
        table.Add("Evercam Server", $"{run.Stored}", Write(own), "1.00");
        table.Add("curl --parallel", $"{pictures}", Write(curl), $"{own / curl:0.00}");
        table.Add("bare C# loop, as fast as it can", $"{pictures}", Write(flat), $"{own / flat:0.00}");
        table.Add("bare C# loop, one per second and camera", $"{pictures}", Write(paced), $"{own / paced:0.00}");
        await table.PrintAsync($"Record: {cameras} cameras at 1 per second");

        var facts = new Table("Evercam Server", "");
        facts.Add("pictures stored / due", $"{run.Stored} / {run.Expected:0}");
        facts.Add("gaps above 1.5 s", $"{run.Gaps}");
        facts.Add("longest gap", $"{run.LongestGap.TotalSeconds:0.00} s");
        facts.Add("processor", $"{run.Processor / run.Time:0.0 %} of one");
        facts.Add("memory", $"{new Usage(default, run.MemoryBytes)}");
        await facts.PrintAsync("The same run");
    }

    private static string Write(TimeSpan perPicture) => $"{perPicture.TotalMilliseconds:0.000} ms";

    private static async Task<TimeSpan> CurlAsync(Nginx source, int pictures, CancellationToken cancellation)
    {
        await Machine.SettleAsync(cancellation);
        using var folder = new TempFolder();
        var files = folder.CreateFolder("files");
        var list = folder["curl.conf"];
        await File.WriteAllLinesAsync(
            list,
            Enumerable.Range(0, pictures).Select(number =>
                $"url = \"{source.Address}{number % Pictures.Count}.jpg\"\noutput = \"{files}/{number}.jpg\""),
            cancellation);
        var before = Usage.OfEndedChildren();
        await using (var curl = new Child("curl", "--silent", "--fail", "--parallel", "--parallel-max", CurlAtOnce, "--config", list))
        {
            await curl.EndAsync(cancellation);
        }

        var written = Directory.EnumerateFiles(files).Count();
        return written == pictures
            ? (Usage.OfEndedChildren() - before) / pictures
            : throw new BenchException($"curl wrote {written} files instead of {pictures}.");
    }

    private static async Task<TimeSpan> BareAsync(
        Nginx source, int cameras, TimeSpan time, bool paced, CancellationToken cancellation)
    {
        await Machine.SettleAsync(cancellation);
        using var folder = new TempFolder();
        await using var loop = ServerProcess.StartReference(
            BareFetch.Command, "--source", source.Address.AbsoluteUri, "--folder", folder.Path, "--cameras", $"{cameras}",
            "--seconds", $"{time.TotalSeconds:0}", "--paced", $"{paced}");
        return TimeSpan.FromMilliseconds(double.Parse(await loop.EndAsync(cancellation), CultureInfo.InvariantCulture));
    }
}
