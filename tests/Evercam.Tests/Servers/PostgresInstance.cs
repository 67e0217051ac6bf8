using System.Diagnostics;
using Npgsql;

namespace Evercam.Tests.Servers;

/// <summary>A PostgreSQL server of its own: Debian's binaries, a data directory that is thrown away, a free loopback port.
/// The benches start theirs with it, too.</summary>
internal sealed class PostgresInstance : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(3);

    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("evercam-postgres-");
    private readonly string binaries;
    private Process? process;
    private string server = "";
    private int port;

    private PostgresInstance(string binaries) => this.binaries = binaries;

    /// <summary>Where the newest installed version's programs lie; <see langword="null"/> if none is installed.</summary>
    public static string? Binaries { get; } = Directory.Exists("/usr/lib/postgresql")
        ? Directory.GetDirectories("/usr/lib/postgresql")
            .Where(version => File.Exists($"{version}/bin/initdb"))
            .OrderByDescending(version => int.Parse(Path.GetFileName(version), null))
            .Select(version => $"{version}/bin").FirstOrDefault()
        : null;

    /// <summary>The process that all others of it are children of.</summary>
    public int Id => process!.Id;

    private string Data => Path.Combine(folder.FullName, "data");

    public static async Task<PostgresInstance> StartAsync()
    {
        var instance = new PostgresInstance(Binaries ?? throw new InvalidOperationException("PostgreSQL is not installed."));
        try
        {
            await instance.ServeAsync();
            return instance;
        }
        catch
        {
            await instance.DisposeAsync();
            throw;
        }
    }

    /// <summary>Makes a database.</summary>
    /// <param name="name">Its name.</param>
    /// <param name="template">The database that it is a copy of; by default it is empty.</param>
    /// <returns>How to connect to it.</returns>
    public async Task<string> CreateDatabaseAsync(string name, string template = "template0")
    {
        await using var source = NpgsqlDataSource.Create(server);
        await using var create = source.CreateCommand($"CREATE DATABASE {name} TEMPLATE {template}");
        await create.ExecuteNonQueryAsync();
        return new NpgsqlConnectionStringBuilder(server) { Database = name }.ToString();
    }

    /// <summary>Lets all its processes stand still (SIGSTOP) until disposed of: connections are taken, and nothing is answered.</summary>
    public async Task<IAsyncDisposable> FreezeAsync()
    {
        var main = $"{process!.Id}";
        await SignalAsync("-STOP", main);
        var others = await File.ReadAllTextAsync($"/proc/{main}/task/{main}/children");
        var frozen = new Frozen([main, .. others.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        await SignalAsync("-STOP", frozen.Processes);
        return frozen;
    }

    /// <summary>Ends it, until disposed of: from then on it serves again, at the same port.</summary>
    public async Task<IAsyncDisposable> ShutDownAsync()
    {
        await StopAsync();
        return new Down(this);
    }

    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        folder.Delete(recursive: true);
    }

    private async Task ServeAsync()
    {
        if (Environment.IsPrivilegedProcess)
        {
            await RunAsync("chown", "postgres", folder.FullName);
        }

        await RunAsync(AsPostgres(
            $"{binaries}/initdb", "-D", Data, "-U", "evercam", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"));

        while (true)
        {
            port = FreePort.Find();
            server = $"Host=127.0.0.1;Port={port};Username=evercam;Database=postgres;Maximum Pool Size=20";
            if (await TryServeAsync())
            {
                return;
            }

            // Someone else took the port in between.
            await StopAsync();
        }
    }

    private async Task<bool> TryServeAsync()
    {
        process = Launch(AsPostgres(
            $"{binaries}/postgres", "-D", Data, "-p", $"{port}", "-h", "127.0.0.1", "-c", "unix_socket_directories=",
            "-c", "fsync=off", "-c", "max_connections=200", "-c", "shared_buffers=64MB"));
        return await AnswersAsync($"{server};Pooling=false", process);
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
        if (run.ExitCode != 0)
        {
            throw new InvalidOperationException($"{string.Join(' ', command)} ended with {run.ExitCode}.");
        }
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

    /// <summary>Some of them may have ended by themselves.</summary>
    private static async Task SignalAsync(string signal, params string[] processes)
    {
        using var run = Launch(["kill", signal, .. processes]);
        await run.WaitForExitAsync().WaitAsync(Patience);
    }

    private sealed record Down(PostgresInstance Instance) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync()
        {
            if (!await Instance.TryServeAsync())
            {
                throw new InvalidOperationException("PostgreSQL does not serve again.");
            }
        }
    }

    private sealed record Frozen(string[] Processes) : IAsyncDisposable
    {
        public async ValueTask DisposeAsync() => await SignalAsync("-CONT", Processes);
    }
}
