using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class Webhooks : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<bool>(
                name: "awaits_mail",
                table: "notices",
                type: "INTEGER",
                nullable: false,
                defaultValue: false);

            migrationBuilder.AddColumn<long>(
                name: "mailed_at",
                table: "notices",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.AddColumn<long>(
                name: "spread_at",
                table: "notices",
                type: "INTEGER",
                nullable: true);

            migrationBuilder.CreateTable(
                name: "mail_choices",
                columns: table => new
                {
                    user_key = table.Column<long>(type: "INTEGER", nullable: false),
                    kinds = table.Column<string>(type: "TEXT", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_mail_choices", x => x.user_key);
                    table.ForeignKey(
                        name: "fk_mail_choices_user_key",
                        column: x => x.user_key,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "webhooks",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    user_key = table.Column<long>(type: "INTEGER", nullable: false),
                    url = table.Column<string>(type: "TEXT", nullable: false),
                    secret = table.Column<string>(type: "TEXT", nullable: false),
                    kinds = table.Column<string>(type: "TEXT", nullable: false),
                    all_cameras = table.Column<bool>(type: "INTEGER", nullable: false),
                    is_enabled = table.Column<bool>(type: "INTEGER", nullable: false),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    updated_at = table.Column<long>(type: "INTEGER", nullable: false),
                    failing_since = table.Column<long>(type: "INTEGER", nullable: true),
                    switched_off_at = table.Column<long>(type: "INTEGER", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhooks", x => x.key);
                    table.ForeignKey(
                        name: "fk_webhooks_user_key",
                        column: x => x.user_key,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "webhook_cameras",
                columns: table => new
                {
                    webhook_key = table.Column<long>(type: "INTEGER", nullable: false),
                    camera_key = table.Column<long>(type: "INTEGER", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_cameras", x => new { x.webhook_key, x.camera_key });
                    table.ForeignKey(
                        name: "fk_webhook_cameras_camera_key",
                        column: x => x.camera_key,
                        principalTable: "cameras",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_webhook_cameras_webhook_key",
                        column: x => x.webhook_key,
                        principalTable: "webhooks",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "webhook_deliveries",
                columns: table => new
                {
                    key = table.Column<long>(type: "INTEGER", nullable: false)
                        .Annotation("Sqlite:Autoincrement", true),
                    webhook_key = table.Column<long>(type: "INTEGER", nullable: false),
                    notice_key = table.Column<long>(type: "INTEGER", nullable: true),
                    created_at = table.Column<long>(type: "INTEGER", nullable: false),
                    state = table.Column<int>(type: "INTEGER", nullable: false),
                    attempts = table.Column<int>(type: "INTEGER", nullable: false),
                    due_at = table.Column<long>(type: "INTEGER", nullable: true),
                    tried_at = table.Column<long>(type: "INTEGER", nullable: true),
                    status = table.Column<int>(type: "INTEGER", nullable: true),
                    failure = table.Column<string>(type: "TEXT", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_webhook_deliveries", x => x.key);
                    table.ForeignKey(
                        name: "fk_webhook_deliveries_notice_key",
                        column: x => x.notice_key,
                        principalTable: "notices",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_webhook_deliveries_webhook_key",
                        column: x => x.webhook_key,
                        principalTable: "webhooks",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_notices_awaits_mail",
                table: "notices",
                column: "awaits_mail",
                filter: "awaits_mail");

            migrationBuilder.CreateIndex(
                name: "ix_notices_spread_at",
                table: "notices",
                column: "spread_at",
                filter: "spread_at IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_cameras_camera_key",
                table: "webhook_cameras",
                column: "camera_key");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_due_at",
                table: "webhook_deliveries",
                column: "due_at",
                filter: "due_at IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_notice_key",
                table: "webhook_deliveries",
                column: "notice_key");

            migrationBuilder.CreateIndex(
                name: "ix_webhook_deliveries_webhook_key_key",
                table: "webhook_deliveries",
                columns: new[] { "webhook_key", "key" });

            migrationBuilder.CreateIndex(
                name: "ix_webhooks_user_key",
                table: "webhooks",
                column: "user_key");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "mail_choices");

            migrationBuilder.DropTable(
                name: "webhook_cameras");

            migrationBuilder.DropTable(
                name: "webhook_deliveries");

            migrationBuilder.DropTable(
                name: "webhooks");

            migrationBuilder.DropIndex(
                name: "ix_notices_awaits_mail",
                table: "notices");

            migrationBuilder.DropIndex(
                name: "ix_notices_spread_at",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "awaits_mail",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "mailed_at",
                table: "notices");

            migrationBuilder.DropColumn(
                name: "spread_at",
                table: "notices");
        }
    }
}
