using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class FormerEmails : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "former_email",
                table: "users",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.AddColumn<long>(
                name: "former_email_until",
                table: "users",
                type: "bigint",
                nullable: true);

            migrationBuilder.AddColumn<string>(
                name: "normalized_former_email",
                table: "users",
                type: "text",
                nullable: true,
                collation: "C");

            migrationBuilder.CreateIndex(
                name: "ix_users_normalized_former_email",
                table: "users",
                column: "normalized_former_email");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropIndex(
                name: "ix_users_normalized_former_email",
                table: "users");

            migrationBuilder.DropColumn(
                name: "former_email",
                table: "users");

            migrationBuilder.DropColumn(
                name: "former_email_until",
                table: "users");

            migrationBuilder.DropColumn(
                name: "normalized_former_email",
                table: "users");
        }
    }
}
