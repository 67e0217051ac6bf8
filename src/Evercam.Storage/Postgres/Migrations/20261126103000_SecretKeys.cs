using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    internal partial class SecretKeys : Migration
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
