using System.Diagnostics;
using System.Net;
using Evercam.Bench.Processes;

namespace Evercam.Bench;

/// <summary>The calendar page of a camera with very many pictures, as a browser gets it; beside the same of a camera with few.</summary>
internal static class CalendarTable
{
    private const int SmallRows = 100_000;
    private const int WarmUp = 30;

    private static readonly TimeSpan Step = TimeSpan.FromMinutes(1);

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var rows = arguments.Number("rows", 10_000_000);
        var probes = arguments.Number("probes", 200);
        arguments.End();

        var table = new Table("pictures of the camera", "CPU per page", "p50", "p99", "KB each");
        foreach (var count in new[] { SmallRows, rows })
        {
            await MeasureAsync(table, count, probes, cancellation);
        }

        await table.PrintAsync($"Calendar: {probes} pages of random months, one at a time");
    }

    private static async Task MeasureAsync(Table table, int rows, int probes, CancellationToken cancellation)
    {
        using var folder = new TempFolder();
        await Machine.TellAsync($"adding {rows:N0} rows");
        await using (var data = await BenchData.OpenAsync(folder["data"], postgres: null, cancellation))
        {
            await IndexRows.AddAsync(data, await data.AddCamerasAsync(1, recordFrom: null, cancellation), rows, Step, cancellation);
        }

        await Machine.SettleAsync(cancellation);
        await using var server = await ServerProcess.StartAsync(folder["data"], "/v1/test", cancellation);
        await LookAsync(table, server, rows, probes, cancellation);
    }

    private static async Task LookAsync(Table table, ServerProcess server, int rows, int probes, CancellationToken cancellation)
    {
        using var handler = new SocketsHttpHandler { CookieContainer = new CookieContainer() };
        using var http = new HttpClient(handler) { BaseAddress = server.Address };
        using var logIn = new FormUrlEncodedContent([new("username", BenchData.UserName), new("password", BenchData.Password)]);
        (await http.PostAsync(new Uri("/login", UriKind.Relative), logIn, cancellation)).EnsureSuccessStatusCode();

        var random = new Random(1);
        var months = Math.Max(1, (int)(rows * Step / TimeSpan.FromDays(31)));
        for (var page = 0; page < WarmUp; page++)
        {
            await GetAsync();
        }

        var (before, times, bytes) = (server.Usage.Processor, new List<TimeSpan>(), 0L);
        for (var page = 0; page < probes; page++)
        {
            var began = Stopwatch.GetTimestamp();
            bytes += await GetAsync();
            times.Add(Stopwatch.GetElapsedTime(began));
        }

        times.Sort();
        table.Add(
            $"{rows:N0}", $"{((server.Usage.Processor - before) / probes).TotalMilliseconds:0.0} ms",
            $"{times[probes / 2].TotalMilliseconds:0.0} ms", $"{times[probes * 99 / 100].TotalMilliseconds:0.0} ms", $"{bytes / probes / 1000}");

        async Task<int> GetAsync()
        {
#pragma warning disable CA5394 // The same months in every run; not a secret.
            var month = IndexRows.First.AddMonths(random.Next(months));
#pragma warning restore CA5394
            return (await http.GetByteArrayAsync(
                new Uri($"/cameras/camera-0/pictures/{month.Year}/{month.Month}", UriKind.Relative), cancellation)).Length;
        }
    }
}
