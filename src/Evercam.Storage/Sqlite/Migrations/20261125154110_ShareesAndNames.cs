using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    public partial class ShareesAndNames : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_clients_name",
                table: "clients");

            migrationBuilder.AddColumn<string>(
                name: "normalized_name",
                table: "clients",
                type: "TEXT",
                nullable: false,
                defaultValue: "");

            migrationBuilder.AddColumn<long>(
                name: "sharee_key",
                table: "activities",
                type: "INTEGER",
                nullable: true);

            // Emails of people who may be gone since; whom a line is about is a number from now on.
            migrationBuilder.Sql("UPDATE activities SET detail = NULL WHERE kind IN (9, 10, 11)");

            // Names that differ in nothing but case were allowed, and may stay.
            migrationBuilder.Sql(
                """
                UPDATE clients SET normalized_name = upper(name) || CASE WHEN EXISTS (
                    SELECT 1 FROM clients other WHERE upper(other.name) = upper(clients.name) AND other.key < clients.key)
                    THEN ' ' || key ELSE '' END
                """);

            migrationBuilder.CreateIndex(
                name: "ix_clients_normalized_name",
                table: "clients",
                column: "normalized_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_cameras_open",
                table: "cameras",
                column: "id",
                filter: "is_public AND discoverable");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_clients_normalized_name",
                table: "clients");

            migrationBuilder.DropIndex(
                name: "ix_cameras_open",
                table: "cameras");

            migrationBuilder.DropColumn(
                name: "normalized_name",
                table: "clients");

            migrationBuilder.DropColumn(
                name: "sharee_key",
                table: "activities");

            migrationBuilder.CreateIndex(
                name: "ix_clients_name",
                table: "clients",
                column: "name",
                unique: true);
        }
    }
}
