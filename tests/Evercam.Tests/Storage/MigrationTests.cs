using Evercam.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Metadata;
using Microsoft.EntityFrameworkCore.Migrations;

namespace Evercam.Tests.Storage;

/// <summary>What the tools that make migrations must find.</summary>
public abstract class MigrationTests(TestStorage storage)
{
    /// <summary>The last one of before changes said who can do without knowing them.</summary>
    protected abstract string LastSilent { get; }

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

    /// <summary>Else no server of an older version could start beside one of this.</summary>
    [Fact]
    public void Each_says_by_its_name_since_which_one_programs_can_do_without_it()
    {
        using var db = storage.OpenCatalog();
        var migrations = db.Database.GetMigrations().ToList();
        Assert.Equal(LastSilent, migrations.FindLast(name => SchemaReach.Since(name) is null));
        Assert.All(migrations.Where(name => SchemaReach.Since(name) is not null), name => Assert.Null(
            SchemaReach.FindBarrier([.. migrations.TakeWhile(earlier => earlier != name)], [name])));
    }
}

public sealed class SqliteMigrationTests(SqliteStorage storage) : MigrationTests(storage), IClassFixture<SqliteStorage>
{
    protected override string LastSilent => "20261125212208_Coverage";
}

public sealed class PostgresMigrationTests(PostgresStorage storage) : MigrationTests(storage), IClassFixture<PostgresStorage>
{
    protected override string LastSilent => "20261126120000_Tenures";
}
