using System.Diagnostics;
using Evercam.FakeCameras;
using Evercam.Tests.Servers;
using Npgsql;

namespace Evercam.Tests.Docs;

/// <summary>A machine as the documents assume it: the server at localhost:8080, a unit for systemd, the command <c>evercam</c>, data in
/// <c>/var/lib/evercam</c>, the demonstration, and a camera at 192.168.1.64. All of it in a folder that is thrown away.</summary>
internal sealed class Machine : IAsyncDisposable
{
    private readonly TempFolder folder = new();
    private readonly FakeCameraHost camera;
    private readonly string address = $"http://127.0.0.1:{FreePort.Find()}";

    private readonly string? database;

    private Machine(FakeCameraHost camera, string? database) => (this.camera, this.database) = (camera, database);

    /// <summary>Puts it together; nothing runs on it yet.</summary>
    /// <param name="cancellation">Ends the wait.</param>
    /// <param name="database">How to reach PostgreSQL, if that is the server's database.</param>
    public static async Task<Machine> BuildAsync(CancellationToken cancellation, string? database = null)
    {
        var camera = new FakeCamera("front-door") { Auth = CameraAuth.DigestMd5, UserName = "admin", Password = "secret" };
        var machine = new Machine(await FakeCameraHost.StartAsync([camera], 0, TimeProvider.System, cancellation), database);
        machine.Install("evercam", $"""exec dotnet '{EvercamProcess.Program}' "$@" """);
        machine.Install("sudo", """[ "$1" != -u ] || shift 2; exec "$@" """);
        machine.Install("chown", "# There is one user here, to whom all belongs.");
        machine.Install("systemctl", $$"""
            pid='{{machine.folder["pid"]}}'
            stop() { [ ! -e "$pid" ] || { kill "$(cat "$pid")"; while kill -0 "$(cat "$pid")" 2>/dev/null; do sleep 0.1; done; rm "$pid"; }; left; }
            # PostgreSQL may not have missed yet who has gone.
            connections() { psql --tuples-only --no-align --command "SELECT count(*) FROM pg_stat_activity WHERE datname = 'evercam' AND backend_type = 'client backend'"; }
            left() { [ -z "${PGHOST-}" ] || while [ "$(connections)" -gt 0 ]; do sleep 0.1; done; }
            start() {
              evercam serve --urls '{{machine.address}}' >>'{{machine.folder["log"]}}' 2>&1 & echo $! >"$pid"
              until curl --max-time 5 '{{machine.address}}/v1/cameras/building-site' >/dev/null 2>&1; do kill -0 "$(cat "$pid")" || exit 1; sleep 0.1; done
            }
            [ "$2" = evercam ] || exit 2
            case "$1" in stop) stop ;; start) start ;; restart) stop; start ;; *) exit 2 ;; esac
            """);
        await File.WriteAllLinesAsync(machine.folder[".curlrc"], ["fail-with-body", "silent", "show-error", "max-time = 300"], cancellation);
        return machine;
    }

    /// <summary>What a file on it holds.</summary>
    public byte[] Read(string file) => File.ReadAllBytes(folder[file]);

    /// <summary>Types commands, one after the other, until one fails.</summary>
    /// <param name="commands">As they stand in a document.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <returns>What they wrote, errors and themselves included.</returns>
    public async Task<(int ExitCode, string Output)> TypeAsync(string commands, CancellationToken cancellation)
    {
        var start = new ProcessStartInfo("bash", ["-euxo", "pipefail", "-c", Here(commands)])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder.Path,
        };
        start.Environment["HOME"] = folder.Path;
        start.Environment["PATH"] = $"{folder["bin"]}:{start.Environment["PATH"]}";
        start.Environment["EVERCAM_SERVER"] = address;
        start.Environment["Evercam__DataDirectory"] = folder["data"];
        foreach (var (name, value) in EvercamProcess.Patience)
        {
            start.Environment[name] = value;
        }

        if (database is not null)
        {
            // The user 'postgres' reaches its server so.
            var settings = new NpgsqlConnectionStringBuilder(database);
            start.Environment["ConnectionStrings__Evercam"] = database;
            (start.Environment["PGHOST"], start.Environment["PGPORT"]) = (settings.Host, $"{settings.Port}");
            (start.Environment["PGUSER"], start.Environment["PGDATABASE"]) = (settings.Username, "postgres");
        }

        using var shell = Process.Start(start)!;
        var output = shell.StandardOutput.ReadToEndAsync(cancellation);
        var errors = shell.StandardError.ReadToEndAsync(cancellation);
        await shell.WaitForExitAsync(cancellation);
        return (shell.ExitCode, await output + await errors);
    }

    public async ValueTask DisposeAsync()
    {
        await TypeAsync("systemctl stop evercam", CancellationToken.None);
        await camera.DisposeAsync();
        folder.Dispose();
    }

    /// <summary>The same commands for this machine.</summary>
    private string Here(string commands) => commands
        .Replace("http://localhost:8080", address, StringComparison.Ordinal)
        .Replace("http://192.168.1.64:80", $"http://127.0.0.1:{camera.Port}", StringComparison.Ordinal)
        .Replace("external_host=192.168.1.64 -d external_http_port=80", $"external_host=127.0.0.1 -d external_http_port={camera.Port}", StringComparison.Ordinal)
        .Replace("jpg_url=/snapshot.jpg", "jpg_url=/front-door/snapshot.jpg", StringComparison.Ordinal)
        .Replace("/var/lib/evercam", folder["data"], StringComparison.Ordinal)
        .Replace("/mnt/", folder["mnt/"], StringComparison.Ordinal);

    private void Install(string program, string script)
    {
        Directory.CreateDirectory(folder["bin"]);
        var file = folder[$"bin/{program}"];
        File.WriteAllText(file, $"#!/usr/bin/env bash\nset -eu\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserExecute);
    }
}
