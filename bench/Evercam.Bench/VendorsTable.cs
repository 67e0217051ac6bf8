using System.Diagnostics;
using System.Text;
using Evercam.Bench.Processes;
using Evercam.Tests.Servers;

namespace Evercam.Bench;

/// <summary>The IEEE registry as it may be in some years: importing it, and answering with all its vendors, beside nginx serving the
/// same bytes as a file.</summary>
internal static class VendorsTable
{
    /// <summary>Locally administered prefixes, which nobody can register: no vendor of the catalogue has them.</summary>
    private const int FirstPrefix = 0x020000;

    private const string Keys = $"api_id={BenchData.ApiId}&api_key={BenchData.ApiKey}";

    public static async Task RunAsync(Arguments arguments, CancellationToken cancellation)
    {
        var vendors = arguments.Number("vendors", 40_000);
        var time = arguments.Seconds("seconds", 5);
        var connections = arguments.Number("connections", 4);
        arguments.End();

        using var folder = new TempFolder();
        var registry = folder["oui.csv"];
        await File.WriteAllTextAsync(registry, Registry(vendors), cancellation);
        await using (var data = await BenchData.OpenAsync(folder["data"], postgres: null, cancellation))
        {
            await data.AddCamerasAsync(0, recordFrom: null, cancellation);
        }

        var table = new Table("what", "time", "CPU", "KB");
        string[] toSqlite = ["vendors", "import", registry, "--Evercam:DataDirectory", folder["data"]];
        await ImportAsync(table, $"import {vendors:N0} vendors, SQLite", toSqlite, cancellation);
        await ImportAsync(table, "import them again, SQLite", toSqlite, cancellation);
        await using (var postgres = await PostgresInstance.StartAsync())
        {
            var database = await postgres.CreateDatabaseAsync("vendors");
            await (await BenchData.OpenAsync(folder["other"], database, cancellation)).DisposeAsync();
            string[] toPostgres =
                ["vendors", "import", registry, "--Evercam:DataDirectory", folder["other"], "--ConnectionStrings:Evercam", database];
            await ImportAsync(table, $"import {vendors:N0} vendors, PostgreSQL", toPostgres, cancellation);
        }

        await using var server = await ServerProcess.StartAsync(folder["data"], "/v1/test", cancellation);
        // The lists are made behind the scenes, once the server has started.
        await Task.Delay(TimeSpan.FromSeconds(3), TimeProvider.System, cancellation);
        await AskFirstAsync(table, server, $"/v1/vendors?{Keys}", "GET /vendors, the first time", folder["vendors.json"], cancellation);
        await AskFirstAsync(table, server, $"/v1/models?{Keys}", "GET /models, the first time", folder["models.json"], cancellation);
        await using var nginx = await Nginx.StartAsync(folder.CreateFolder("nginx"), folder[""], cancellation);
        (string Name, Uri Address, string Path, int Count, Func<Usage> Usage)[] targets =
        [
            ("GET /vendors", server.Address, $"\"/v1/vendors?{Keys}\"", 1, () => server.Usage),
            ("nginx, the same as a file", nginx.Address, "\"/vendors.json\"", 1, () => nginx.Usage),
            ("GET /models", server.Address, $"\"/v1/models?{Keys}\"", 1, () => server.Usage),
            ("nginx, the same as a file", nginx.Address, "\"/models.json\"", 1, () => nginx.Usage),
            ("GET /vendors/{mac}", server.Address, $"string.format(\"/v1/vendors/%02x:%02x:%02x?{Keys}\", second / 65536, second / 256 % 256, second % 256)", vendors, () => server.Usage),
            ("GET /models/{vendor}/{model}", server.Address, $"\"/v1/models/axis/M1011?{Keys}\"", 1, () => server.Usage),
        ];
        foreach (var target in targets)
        {
            await Machine.TellAsync(target.Name);
            await Wrk.RunAsync(target.Address, target.Path, null, target.Count, FirstPrefix, connections, TimeSpan.FromSeconds(2), cancellation);
            var before = target.Usage().Processor;
            var load = await Wrk.RunAsync(target.Address, target.Path, null, target.Count, FirstPrefix, connections, time, cancellation);
            var each = (target.Usage().Processor - before) / Math.Max(1, load.Requests);
            table.Add(
                load.Errors == 0 ? target.Name : $"{target.Name}, {load.Errors} errors",
                $"{load.Median.TotalMilliseconds:0.00} ms", $"{each.TotalMilliseconds:0.000} ms",
                $"{load.Bytes / Math.Max(1.0, load.Requests) / 1000:0.0}");
        }

        await table.PrintAsync($"Vendors: {vendors:N0} of the registry, {connections} connections");
    }

    private static async Task ImportAsync(Table table, string name, string[] command, CancellationToken cancellation)
    {
        await Machine.TellAsync(name);
        var (began, before) = (Stopwatch.GetTimestamp(), Usage.OfEndedChildren());
        await ServerProcess.RunAsync(cancellation, command);
        var (time, processor) = (Stopwatch.GetElapsedTime(began), Usage.OfEndedChildren() - before);
        table.Add($"evercam vendors: {name}", $"{time.TotalMilliseconds:0} ms", $"{processor.TotalMilliseconds:0} ms", "");
    }

    /// <summary>What the first one pays who asks after a start: the just-in-time compiler.</summary>
    private static async Task AskFirstAsync(
        Table table, ServerProcess server, string path, string name, string keep, CancellationToken cancellation)
    {
        using var http = new HttpClient { BaseAddress = server.Address };
        var (began, before) = (Stopwatch.GetTimestamp(), server.Usage.Processor);
        var bytes = await http.GetByteArrayAsync(path, cancellation);
        var (time, processor) = (Stopwatch.GetElapsedTime(began), server.Usage.Processor - before);
        await File.WriteAllBytesAsync(keep, bytes, cancellation);
        table.Add(name, $"{time.TotalMilliseconds:0} ms", $"{processor.TotalMilliseconds:0} ms", $"{bytes.Length / 1000.0:0.0}");
    }

    private static string Registry(int vendors)
    {
        var text = new StringBuilder("Registry,Assignment,Organization Name,Organization Address\r\n");
        for (var number = 0; number < vendors; number++)
        {
            text.Append(null, $"MA-L,{FirstPrefix + number:X6},\"Shenzhen Maker {number} Electronic Technology Co., Ltd.\",Nowhere\r\n");
        }

        return text.ToString();
    }
}
