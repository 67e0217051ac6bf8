using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Coverage : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            // In the order of cameras and time: a period of a camera lies in one place.
            migrationBuilder.Sql(
                """
                CREATE TABLE coverage (
                    camera_key INTEGER NOT NULL,
                    since      INTEGER NOT NULL, -- Unix seconds
                    status     INTEGER NOT NULL, -- CoverageStatus
                    user_key   INTEGER,
                    CONSTRAINT pk_coverage PRIMARY KEY (camera_key, since),
                    CONSTRAINT fk_coverage_camera_key FOREIGN KEY (camera_key) REFERENCES cameras (key) ON DELETE CASCADE)
                    WITHOUT ROWID;
                """);

            migrationBuilder.CreateTable(
                name: "pulses",
                columns: table => new
                {
                    key = table.Column<int>(type: "INTEGER", nullable: false),
                    alive_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_pulses", x => x.key);
                });
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "coverage");

            migrationBuilder.DropTable(
                name: "pulses");
        }
    }
}
