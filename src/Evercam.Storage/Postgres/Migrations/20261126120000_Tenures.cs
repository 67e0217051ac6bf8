using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Postgres.Migrations
{
    /// <summary>Of what it changes, the model knows nothing: after it, that is still the one of <see cref="Coverage"/>.</summary>
    [DbContext(typeof(PostgresEvercamDb))]
    [Migration("20261126120000_Tenures")]
    internal sealed class Tenures : Coverage
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                -- The servers that share this database, and until when, Unix, each is known to have run. One that is gone never comes back.
                CREATE TABLE servers (
                    name     text COLLATE "C" NOT NULL,
                    alive_at bigint NOT NULL,
                    is_gone  boolean NOT NULL DEFAULT false,
                    CONSTRAINT pk_servers PRIMARY KEY (name));

                -- Which of them writes to which camera; also to one that was deleted and is not erased yet. The number grows each time another takes it.
                CREATE TABLE tenures (
                    camera_key bigint NOT NULL,
                    number     bigint NOT NULL,
                    server     text COLLATE "C" NOT NULL,
                    CONSTRAINT pk_tenures PRIMARY KEY (camera_key));
                CREATE INDEX ix_tenures_server ON tenures (server);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE tenures; DROP TABLE servers;");
        }
    }
}
