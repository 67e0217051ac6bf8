using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    internal partial class KeptPictures : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                -- The pictures that are to be kept: few, so that a table of their own costs the others nothing.
                CREATE TABLE kept (
                    camera_key bigint NOT NULL,
                    taken_at   bigint NOT NULL, -- Unix microseconds
                    CONSTRAINT pk_kept PRIMARY KEY (camera_key, taken_at));
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE kept;");
        }
    }
}
