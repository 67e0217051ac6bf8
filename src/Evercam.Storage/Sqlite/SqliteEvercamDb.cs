using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Design;

namespace Evercam.Storage.Sqlite;

/// <summary>The catalog on SQLite. A type of its own, because migrations belong to a context type.</summary>
internal sealed class SqliteEvercamDb(DbContextOptions<SqliteEvercamDb> options) : EvercamDb(options);

/// <summary>What <c>dotnet ef migrations add</c> asks for a context; it opens no database.</summary>
internal sealed class SqliteDesignTime : IDesignTimeDbContextFactory<SqliteEvercamDb>
{
    public SqliteEvercamDb CreateDbContext(string[] args) =>
        new(DesignTime.Options<SqliteEvercamDb>(options => options.UseSqlite("Data Source=:memory:")));
}
