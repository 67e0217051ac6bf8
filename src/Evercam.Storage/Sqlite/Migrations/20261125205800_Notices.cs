using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Notices : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "last_told",
                columns: table => new
                {
                    camera_key = table.Column<long>(type: "INTEGER", nullable: false),
                    is_online = table.Column<bool>(type: "INTEGER", nullable: true),
                    online_told_at = table.Column<long>(type: "INTEGER", nullable: false),
                    is_recorded = table.Column<bool>(type: "INTEGER", nullable: true),
                    recorded_told_at = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_last_told", x => x.camera_key);
                    table.ForeignKey(
                        name: "fk_last_told_camera_key",
                        column: x => x.camera_key,
                        principalTable: "cameras",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "notices",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    kind = table.Column<int>(type: "INTEGER", nullable: false),
                    camera_key = table.Column<long>(type: "INTEGER", nullable: true),
                    owner_key = table.Column<long>(type: "INTEGER", nullable: true),
                    happened_at = table.Column<long>(type: "INTEGER", nullable: false),
                    reason = table.Column<int>(type: "INTEGER", nullable: true),
                    sharee_key = table.Column<long>(type: "INTEGER", nullable: true),
                    rights = table.Column<int>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_notices", x => x.key);
                    table.CheckConstraint("ck_notices_subject", "(camera_key IS NULL) <> (owner_key IS NULL)");
                    table.ForeignKey(
                        name: "fk_notices_camera_key",
                        column: x => x.camera_key,
                        principalTable: "cameras",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_notices_owner_key",
                        column: x => x.owner_key,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_notices_camera_key",
                table: "notices",
                column: "camera_key");

            migrationBuilder.CreateIndex(
                name: "ix_notices_happened_at",
                table: "notices",
                column: "happened_at");

            migrationBuilder.CreateIndex(
                name: "ix_notices_owner_key",
                table: "notices",
                column: "owner_key");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "last_told");

            migrationBuilder.DropTable(
                name: "notices");
        }
    }
}
