using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    public partial class RecordingNotes : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.AddColumn<string>(
                name: "recording_notes",
                table: "cameras",
                type: "text",
                nullable: true,
                collation: "C");
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropColumn(
                name: "recording_notes",
                table: "cameras");
        }
    }
}
