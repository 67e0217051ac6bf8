namespace Evercam.Bench.References;

/// <summary>What recording is measured against: a process that only fetches pictures and writes a file each.</summary>
internal static class BareFetch
{
    public const string Command = "bare-fetch";
    private const int AtOnce = 50;
    private const int WarmUp = 500;

    /// <summary>Prints the processor time per picture, in milliseconds.</summary>
    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var source = new Uri(arguments.Text("source"));
        var folder = arguments.Text("folder");
        var cameras = arguments.Number("cameras", 200);
        var seconds = arguments.Number("seconds", 30);
        var paced = bool.Parse(arguments.Text("paced"));
        arguments.End();

        using var http = new HttpClient();
        await Parallel.ForAsync(0, WarmUp, AtMost(AtOnce, cancellation), FetchAsync);
        var before = Environment.CpuUsage.TotalTime;
        if (paced)
        {
            await Task.WhenAll(Enumerable.Range(0, cameras).Select(FollowAsync));
        }
        else
        {
            await Parallel.ForAsync(0, cameras * seconds, AtMost(AtOnce, cancellation), FetchAsync);
        }

        var used = Environment.CpuUsage.TotalTime - before;
        await Console.Out.WriteLineAsync($"{(used / (cameras * seconds)).TotalMilliseconds:0.000000}");

        async ValueTask FetchAsync(int number, CancellationToken token)
        {
            var picture = await http.GetByteArrayAsync(new Uri(source, $"{number % Pictures.Count}.jpg"), token);
            await File.WriteAllBytesAsync(Path.Combine(folder, $"{number}.jpg"), picture, token);
        }

        async Task FollowAsync(int camera)
        {
            await Task.Delay(TimeSpan.FromSeconds((double)camera / cameras), TimeProvider.System, cancellation);
            using var timer = new PeriodicTimer(TimeSpan.FromSeconds(1), TimeProvider.System);
            for (var second = 0; second < seconds; second++)
            {
                await FetchAsync((camera * seconds) + second, cancellation);
                await timer.WaitForNextTickAsync(cancellation);
            }
        }
    }

    private static ParallelOptions AtMost(int count, CancellationToken cancellation) =>
        new() { MaxDegreeOfParallelism = count, CancellationToken = cancellation };
}
