using System.ComponentModel;
using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using Npgsql;

namespace Evercam.Storage.Postgres;

/// <summary>One of PostgreSQL's own programs, such as <c>pg_dump</c>. All that it must know of the server is in its environment: a command
/// line can be read by everyone on the machine.</summary>
/// <param name="name">Its name; it is looked for on the path.</param>
/// <param name="settings">How to reach the server.</param>
internal sealed partial class PostgresProgram(string name, NpgsqlConnectionStringBuilder settings)
{
    /// <summary>Looks whether it is there, and knows a server of this version.</summary>
    /// <exception cref="StorageUnusableException">It is not, or does not.</exception>
    public async Task DemandAsync(int version, CancellationToken cancellation)
    {
        var said = await RunOrNotAsync(["--version"], cancellation);

        // Debian's own may be there without any program that it could run.
        if (said is not { ExitCode: 0 })
        {
            throw new StorageUnusableException(
                $"{name} is not installed, by which a database of PostgreSQL is copied: install the package postgresql-client-{version}, or a newer one.");
        }

        if (Version().Match(said.Output) is { Success: true } found && int.Parse(found.Groups[1].Value, CultureInfo.InvariantCulture) < version)
        {
            throw new StorageUnusableException(
                $"{name} is of PostgreSQL {found.Groups[1].Value}, and the server of {version}: install the package "
                + $"postgresql-client-{version}, or a newer one.");
        }
    }

    /// <summary>Runs it to its end.</summary>
    /// <returns>What it wrote.</returns>
    /// <exception cref="StorageUnusableException">It cannot be run, or failed.</exception>
    public async Task<string> RunAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        var ended = await RunOrNotAsync(arguments, cancellation) ?? throw new StorageUnusableException($"{name} is not installed.");
        if (ended.ExitCode != 0)
        {
            throw new StorageUnusableException($"{name} failed: {Sentence(ended.Complaints)}");
        }

        return ended.Output;
    }

    /// <summary>What it says itself. What follows quotes the server, which quotes rows.</summary>
    private string Sentence(string complaints)
    {
        var own = complaints.ReplaceLineEndings("\n").Split('\n')
            .Where(line => line.StartsWith($"{name}: ", StringComparison.Ordinal))
            .Select(line => line[(name.Length + 2)..].TrimEnd());
        return string.Join("; ", own) is { Length: > 0 } said ? said : "it does not say why";
    }

    /// <returns><see langword="null"/> if there is no such program.</returns>
    private async Task<Ended?> RunOrNotAsync(IEnumerable<string> arguments, CancellationToken cancellation)
    {
        using var program = Start(arguments);
        if (program is null)
        {
            return null;
        }

        try
        {
            var output = program.StandardOutput.ReadToEndAsync(cancellation);
            var complaints = program.StandardError.ReadToEndAsync(cancellation);
            await program.WaitForExitAsync(cancellation);
            return new(program.ExitCode, await output, await complaints);
        }
        finally
        {
            if (!program.HasExited)
            {
                program.Kill();
            }
        }
    }

    private Process? Start(IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(name, arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var (variable, value) in Surroundings())
        {
            if (!string.IsNullOrEmpty(value))
            {
                start.Environment[variable] = value;
            }
        }

        try
        {
            return Process.Start(start);
        }
        catch (Win32Exception)
        {
            return null;
        }
    }

    private IEnumerable<(string Variable, string? Value)> Surroundings() =>
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

    [GeneratedRegex(@"\(PostgreSQL\) ([0-9]{1,4})")]
    private static partial Regex Version();

    private sealed record Ended(int ExitCode, string Output, string Complaints);
}
