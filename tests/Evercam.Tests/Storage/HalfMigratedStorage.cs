using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Storage;

/// <summary>A database with a user, as a program before the last migration left it.</summary>
/// <param name="place">The data directory; by default one of its own.</param>
/// <param name="catalog">What stands in front of the database.</param>
internal sealed class HalfMigratedStorage(string? place = null, IInterceptor? catalog = null) : TestStorage
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public override string DataDirectory => place ?? base.DataDirectory;

    protected override IEnumerable<KeyValuePair<string, string?>> Settings => [];

    public override async ValueTask InitializeAsync()
    {
        AddProcess();
        await using var db = OpenCatalog();
        await db.GetService<IMigrator>().MigrateAsync(db.Database.GetMigrations().First(), Cancellation);

        // EF knows the table only as it is now.
        await db.Database.ExecuteSqlAsync(
            $"""
            INSERT INTO users (forename, lastname, country, created_at, updated_at, user_name, normalized_user_name, email,
                normalized_email, email_confirmed, two_factor_enabled, lockout_enabled, access_failed_count)
            VALUES ('Joe', 'Bloggs', 'ie', {CatalogRows.Now}, {CatalogRows.Now}, 'joe', 'JOE', 'joe@example.org',
                'JOE@EXAMPLE.ORG', false, false, false, 0)
            """,
            Cancellation);
    }

    public List<string> Databases() =>
        [.. Directory.GetFiles(DataDirectory, "evercam.db*").Select(p => Path.GetFileName(p)!)
            .Where(name => !name.EndsWith("-wal", StringComparison.Ordinal)
                && !name.EndsWith("-shm", StringComparison.Ordinal) && !name.EndsWith(".lock", StringComparison.Ordinal))];

    protected override void Adjust(IServiceCollection services)
    {
        if (catalog is not null)
        {
            services.AddSingleton(catalog);
        }
    }
}
