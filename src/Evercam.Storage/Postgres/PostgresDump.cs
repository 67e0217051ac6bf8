using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>A copy of the database by PostgreSQL's own program. All that it must know is in its environment: a command line can be read
/// by everyone on the machine.</summary>
internal static class PostgresDump
{
    private const string Program = "pg_dump";

    /// <summary>Writes the dump, in the custom format of <c>pg_restore</c>.</summary>
    /// <exception cref="StorageUnusableException">The program is not installed, or failed.</exception>
    public static async Task WriteAsync(string connectionString, string file, CancellationToken cancellation)
    {
        using var dump = Start(connectionString, file);
        try
        {
            var complaint = await dump.StandardError.ReadToEndAsync(cancellation);
            await dump.WaitForExitAsync(cancellation);
            if (dump.ExitCode != 0)
            {
                throw new StorageUnusableException($"{Program} made no copy of the database: {complaint.Trim().ReplaceLineEndings(" ")}");
            }
        }
        finally
        {
            if (!dump.HasExited)
            {
                dump.Kill();
            }
        }
    }

    private static Process Start(string connectionString, string file)
    {
        var start = new ProcessStartInfo(Program, ["--format=custom", "--no-password", $"--file={file}"]) { RedirectStandardError = true };
        foreach (var (name, value) in EnvironmentOf(new NpgsqlConnectionStringBuilder(connectionString)))
        {
            if (!string.IsNullOrEmpty(value))
            {
                start.Environment[name] = value;
            }
        }

        try
        {
            return Process.Start(start)!;
        }
        catch (Win32Exception failure)
        {
            throw new StorageUnusableException(
                $"No copy of the database can be made: {Program} cannot be run ({failure.Message}). Install PostgreSQL's client programs, or "
                + "copy the database by other means and set Evercam:Backups:KeepDays to 0.",
                failure);
        }
    }

    private static IEnumerable<(string Name, string? Value)> EnvironmentOf(NpgsqlConnectionStringBuilder settings) =>
    [
        ("PGHOST", settings.Host),
        ("PGPORT", settings.Port.ToString(CultureInfo.InvariantCulture)),
        ("PGDATABASE", settings.Database ?? settings.Username),
        ("PGUSER", settings.Username),
        ("PGPASSWORD", settings.Password),
        ("PGPASSFILE", settings.Passfile),
        ("PGSSLMODE", ModeOf(settings.SslMode)),
        ("PGSSLROOTCERT", settings.RootCertificate),
        ("PGSSLCERT", settings.SslCertificate),
        ("PGSSLKEY", settings.SslKey),
        ("PGCONNECT_TIMEOUT", settings.Timeout.ToString(CultureInfo.InvariantCulture)),
    ];

    private static string ModeOf(SslMode mode) => mode switch
    {
        SslMode.Disable => "disable",
        SslMode.Allow => "allow",
        SslMode.Require => "require",
        SslMode.VerifyCA => "verify-ca",
        SslMode.VerifyFull => "verify-full",
        _ => "prefer",
    };
}
