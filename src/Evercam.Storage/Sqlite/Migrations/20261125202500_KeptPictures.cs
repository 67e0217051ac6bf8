using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Sqlite.Migrations
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
                    camera_key INTEGER NOT NULL,
                    taken_at   INTEGER NOT NULL, -- Unix microseconds
                    PRIMARY KEY (camera_key, taken_at)) STRICT, WITHOUT ROWID;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE kept;");
        }
    }
}
