using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Npgsql;

[assembly: AssemblyFixture(typeof(Evercam.Tests.Servers.PostgresServer))]

namespace Evercam.Tests.Servers;

/// <summary>A PostgreSQL server of this test run alone, started when a test first asks for it: Debian's binaries, a data
/// directory that is thrown away, a free loopback port.</summary>
public sealed class PostgresServer : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Lock starting = new();
    private Task<string>? started;
    private DirectoryInfo? folder;
    private Process? process;
    private int databases;

    /// <summary>Makes an empty database.</summary>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync()
    {
        lock (starting)
        {
            started ??= StartAsync();
        }

        var server = await started;
        var name = $"test{Interlocked.Increment(ref databases)}";
        await using var source = NpgsqlDataSource.Create(server);
        await using var create = source.CreateCommand($"CREATE DATABASE {name}");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder?.Delete(recursive: true);
    }

    private async Task<string> StartAsync()
    {
        var binaries = Directory.Exists("/usr/lib/postgresql")
            ? Directory.GetDirectories("/usr/lib/postgresql")
                .Where(version => File.Exists($"{version}/bin/initdb"))
                .OrderByDescending(version => int.Parse(Path.GetFileName(version), null))
                .Select(version => $"{version}/bin").FirstOrDefault()
            : null;
        Assert.SkipWhen(binaries is null, "PostgreSQL is not installed.");

        folder = Directory.CreateTempSubdirectory("evercam-postgres-");
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", folder.FullName);
        }

        var data = Path.Combine(folder.FullName, "data");
        await RunAsync(AsPostgres(
            $"{binaries}/initdb", "-D", data, "-U", "evercam", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"));

        while (true)
        {
            var port = FreePort();
            process = Launch(AsPostgres(
                $"{binaries}/postgres", "-D", data, "-p", $"{port}", "-h", "127.0.0.1", "-c", "unix_socket_directories=",
                "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB"));
            var server = $"Host=127.0.0.1;Port={port};Username=evercam;Database=postgres;Pooling=false";
            if (await AnswersAsync(server, process))
            {
                return $"Host=127.0.0.1;Port={port};Username=evercam;Database=postgres;Maximum Pool Size=20";
            }

            // Someone else took the port in between.
            await StopAsync();
        }
    }

    private async Task StopAsync()
    {
        if (process is null)
        {
            return;
        }

        if (!process.HasExited)
        {
            // SIGINT: PostgreSQL ends its sessions and itself.
            await RunAsync("kill", "-INT", $"{process.Id}");
            await process.WaitForExitAsync().WaitAsync(Patience);
        }

        process.Dispose();
        process = null;
    }

    private static async Task<bool> AnswersAsync(string server, Process process)
    {
        using var deadline = new CancellationTokenSource(Patience);
        while (!process.HasExited)
        {
            try
            {
                await using var connection = new NpgsqlConnection(server);
                await connection.OpenAsync(deadline.Token);
                return true;
            }
            catch (NpgsqlException)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(50), TimeProvider.System, deadline.Token);
            }
        }

        return false;
    }

    /// <summary>PostgreSQL refuses to run as root.</summary>
    private static string[] AsPostgres(params string[] command) => Environment.IsPrivilegedProcess
        ? ["setpriv", "--reuid=postgres", "--regid=postgres", "--init-groups", .. command]
        : command;

    private static async Task RunAsync(params string[] command)
    {
        using var run = Launch(command);
        await run.WaitForExitAsync().WaitAsync(Patience);
        Assert.True(run.ExitCode == 0, $"{string.Join(' ', command)} ended with {run.ExitCode}.");
    }

    private static Process Launch(params string[] command)
    {
        var run = Process.Start(new ProcessStartInfo(command[0], command[1..])
        {
            WorkingDirectory = "/",
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        run.OutputDataReceived += (_, _) => { };
        run.ErrorDataReceived += (_, _) => { };
        run.BeginOutputReadLine();
        run.BeginErrorReadLine();
        return run;
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
