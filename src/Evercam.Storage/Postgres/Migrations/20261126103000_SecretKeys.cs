using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Postgres.Migrations
{
    /// <summary>Of what it changes, the model knows nothing: after it, that is still the one of <see cref="Coverage"/>.</summary>
    [DbContext(typeof(PostgresEvercamDb))]
    [Migration("20261126103000_SecretKeys")]
    internal sealed class SecretKeys : Coverage
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                -- The keys that the secrets in this database are sealed with, as the framework writes them: for all servers that share it.
                CREATE TABLE secret_keys (
                    name text COLLATE "C" NOT NULL,
                    xml  text NOT NULL,
                    CONSTRAINT pk_secret_keys PRIMARY KEY (name));
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE secret_keys;");
        }
    }
}
