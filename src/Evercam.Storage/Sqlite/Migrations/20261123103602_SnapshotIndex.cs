using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Sqlite.Migrations
{
    /// <inheritdoc />
    internal partial class SnapshotIndex : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                CREATE TABLE snapshots (
                    camera_key    INTEGER NOT NULL,
                    taken_at      INTEGER NOT NULL, -- Unix microseconds
                    type          INTEGER NOT NULL, -- PictureType
                    part          INTEGER NOT NULL,
                    entry_offset  INTEGER NOT NULL,
                    header_length INTEGER NOT NULL,
                    length        INTEGER NOT NULL,
                    is_public     INTEGER NOT NULL,
                    sha256        BLOB    NOT NULL,
                    notes         TEXT,
                    PRIMARY KEY (camera_key, taken_at)) STRICT, WITHOUT ROWID;

                -- By hour first: the counters that change every second lie side by side, on a few pages.
                CREATE TABLE packs (
                    hour       INTEGER NOT NULL, -- Unix seconds
                    camera_key INTEGER NOT NULL,
                    pictures   INTEGER NOT NULL,
                    bytes      INTEGER NOT NULL,
                    PRIMARY KEY (hour, camera_key)) STRICT, WITHOUT ROWID;

                CREATE INDEX ix_packs_camera_key_hour ON packs (camera_key, hour);

                CREATE TABLE erasures (
                    key           INTEGER PRIMARY KEY AUTOINCREMENT,
                    camera_key    INTEGER NOT NULL,
                    hour          INTEGER, -- without: all packs of the camera
                    part          INTEGER,
                    entry_offset  INTEGER, -- without: the whole pack
                    header_length INTEGER,
                    length        INTEGER) STRICT;
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE snapshots; DROP TABLE packs; DROP TABLE erasures;");
        }
    }
}
