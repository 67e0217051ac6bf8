using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Evercam.Storage.Postgres;

/// <summary>The catalog on PostgreSQL. A type of its own, because migrations belong to a context type.</summary>
internal sealed class PostgresEvercamDb(DbContextOptions<PostgresEvercamDb> options) : EvercamDb(options)
{
    /// <summary>Text is compared and ordered by its bytes, as on SQLite, whatever language the server was set up in.</summary>
    protected override void ConfigureConventions(ModelConfigurationBuilder configurationBuilder) =>
        configurationBuilder.Properties<string>().UseCollation("C");
}

/// <summary>What <c>dotnet ef migrations add</c> asks for a context; it opens no database.</summary>
internal sealed class PostgresDesignTime : IDesignTimeDbContextFactory<PostgresEvercamDb>
{
    public PostgresEvercamDb CreateDbContext(string[] args) =>
        new(DesignTime.Options<PostgresEvercamDb>(options => options.UseNpgsql("Host=localhost")));
}
