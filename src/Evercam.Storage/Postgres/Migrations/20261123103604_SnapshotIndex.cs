using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Postgres.Migrations
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
                    camera_key    bigint   NOT NULL,
                    taken_at      bigint   NOT NULL, -- Unix microseconds
                    entry_offset  bigint   NOT NULL,
                    header_length integer  NOT NULL,
                    length        integer  NOT NULL,
                    part          integer  NOT NULL,
                    type          smallint NOT NULL, -- PictureType
                    is_public     boolean  NOT NULL,
                    sha256        bytea    NOT NULL,
                    notes         text,
                    CONSTRAINT pk_snapshots PRIMARY KEY (camera_key, taken_at));

                -- Room on each page, so that a counter that changes every second changes in place.
                CREATE TABLE packs (
                    hour       bigint  NOT NULL, -- Unix seconds
                    camera_key bigint  NOT NULL,
                    bytes      bigint  NOT NULL,
                    pictures   integer NOT NULL,
                    CONSTRAINT pk_packs PRIMARY KEY (hour, camera_key)) WITH (fillfactor = 50);

                CREATE INDEX ix_packs_camera_key_hour ON packs (camera_key, hour);

                CREATE TABLE erasures (
                    key           bigint GENERATED ALWAYS AS IDENTITY CONSTRAINT pk_erasures PRIMARY KEY,
                    camera_key    bigint NOT NULL,
                    hour          bigint,  -- without: all packs of the camera
                    part          integer,
                    entry_offset  bigint,  -- without: the whole pack
                    header_length integer,
                    length        integer);
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP TABLE snapshots; DROP TABLE packs; DROP TABLE erasures;");
        }
    }
}
