using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Evercam.Tests.Storage;

/// <summary>What the tools that make migrations must find.</summary>
public abstract class MigrationTests(TestStorage storage)
{
    /// <summary>Else <c>dotnet ef migrations remove</c> would take it for removed already, and throw away what the snapshot knows.</summary>
    [Fact]
    public async Task The_last_migration_knows_the_entities_as_they_are()
    {
        await using var db = storage.OpenCatalog();
        var migrations = db.GetService<IMigrationsAssembly>();
        var last = migrations.CreateMigration(migrations.Migrations.Last().Value, db.Database.ProviderName!);
        var after = db.GetService<IModelRuntimeInitializer>().Initialize(last.TargetModel, designTime: true, validationLogger: null);
        Assert.False(db.GetService<IMigrationsModelDiffer>().HasDifferences(
            after.GetRelationalModel(), db.GetService<IDesignTimeModel>().Model.GetRelationalModel()));
    }
}

public sealed class SqliteMigrationTests(SqliteStorage storage) : MigrationTests(storage), IClassFixture<SqliteStorage>;

public sealed class PostgresMigrationTests(PostgresStorage storage) : MigrationTests(storage), IClassFixture<PostgresStorage>;
