using System.Collections.Generic;
using Microsoft.EntityFrameworkCore.Migrations;
using Npgsql.EntityFrameworkCore.PostgreSQL.Metadata;

#nullable disable

namespace Evercam.Storage.Postgres.Migrations
{
    /// <inheritdoc />
    internal partial class Catalog : Migration
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.CreateTable(
                name: "catalogue_versions",
                columns: table => new
                {
                    key = table.Column<int>(type: "integer", nullable: false),
                    hash = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    loaded_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_catalogue_versions", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "users",
                columns: table => new
                {
                    id = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    forename = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    lastname = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    country = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    confirmed_at = table.Column<long>(type: "bigint", nullable: true),
                    user_name = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    normalized_user_name = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    normalized_email = table.Column<string>(type: "character varying(256)", maxLength: 256, nullable: false, collation: "C"),
                    email_confirmed = table.Column<bool>(type: "boolean", nullable: false),
                    password_hash = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    security_stamp = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    concurrency_stamp = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    two_factor_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    lockout_end = table.Column<long>(type: "bigint", nullable: true),
                    lockout_enabled = table.Column<bool>(type: "boolean", nullable: false),
                    access_failed_count = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_users", x => x.id);
                    table.CheckConstraint("ck_users_email", "email LIKE '%_@_%'");
                    table.CheckConstraint("ck_users_user_name", "user_name NOT LIKE '%@%'");
                });

            migrationBuilder.CreateTable(
                name: "vendors",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vendors", x => x.key);
                });

            migrationBuilder.CreateTable(
                name: "clients",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    callback_uris = table.Column<List<string>>(type: "text[]", nullable: false),
                    creator_key = table.Column<long>(type: "bigint", nullable: true),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_clients", x => x.key);
                    table.ForeignKey(
                        name: "fk_clients_creator_key",
                        column: x => x.creator_key,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.SetNull);
                });

            migrationBuilder.CreateTable(
                name: "user_claims",
                columns: table => new
                {
                    id = table.Column<int>(type: "integer", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    claim_type = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    claim_value = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_claims", x => x.id);
                    table.ForeignKey(
                        name: "fk_user_claims_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "user_logins",
                columns: table => new
                {
                    login_provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    provider_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    provider_display_name = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    user_id = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_logins", x => new { x.login_provider, x.provider_key });
                    table.ForeignKey(
                        name: "fk_user_logins_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "user_tokens",
                columns: table => new
                {
                    user_id = table.Column<long>(type: "bigint", nullable: false),
                    login_provider = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    value = table.Column<string>(type: "text", nullable: true, collation: "C")
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_user_tokens", x => new { x.user_id, x.login_provider, x.name });
                    table.ForeignKey(
                        name: "fk_user_tokens_user_id",
                        column: x => x.user_id,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "camera_models",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    vendor_key = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    known_models = table.Column<List<string>>(type: "text[]", nullable: false),
                    jpg_url = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    mjpg_url = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    h264_url = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    username = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    password = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    http_port = table.Column<int>(type: "integer", nullable: true),
                    rtsp_port = table.Column<int>(type: "integer", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_camera_models", x => x.key);
                    table.ForeignKey(
                        name: "fk_camera_models_vendor_key",
                        column: x => x.vendor_key,
                        principalTable: "vendors",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "vendor_macs",
                columns: table => new
                {
                    prefix = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    vendor_key = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_vendor_macs", x => new { x.prefix, x.vendor_key });
                    table.ForeignKey(
                        name: "fk_vendor_macs_vendor_key",
                        column: x => x.vendor_key,
                        principalTable: "vendors",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "api_credentials",
                columns: table => new
                {
                    api_id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    api_key = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    user_key = table.Column<long>(type: "bigint", nullable: true),
                    client_key = table.Column<long>(type: "bigint", nullable: true)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_api_credentials", x => x.api_id);
                    table.CheckConstraint("ck_api_credentials_owner", "(user_key IS NULL) <> (client_key IS NULL)");
                    table.ForeignKey(
                        name: "fk_api_credentials_client_key",
                        column: x => x.client_key,
                        principalTable: "clients",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_api_credentials_user_key",
                        column: x => x.user_key,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "cameras",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false),
                    id = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    owner_key = table.Column<long>(type: "bigint", nullable: false),
                    name = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    created_at = table.Column<long>(type: "bigint", nullable: false),
                    updated_at = table.Column<long>(type: "bigint", nullable: false),
                    timezone = table.Column<string>(type: "text", nullable: false, collation: "C"),
                    is_public = table.Column<bool>(type: "boolean", nullable: false),
                    discoverable = table.Column<bool>(type: "boolean", nullable: false),
                    external_host = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    internal_host = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    external_http_port = table.Column<int>(type: "integer", nullable: true),
                    internal_http_port = table.Column<int>(type: "integer", nullable: true),
                    external_rtsp_port = table.Column<int>(type: "integer", nullable: true),
                    internal_rtsp_port = table.Column<int>(type: "integer", nullable: true),
                    jpg_url = table.Column<string>(type: "text", nullable: true),
                    cam_username = table.Column<string>(type: "text", nullable: true),
                    cam_password = table.Column<string>(type: "text", nullable: true),
                    mac_address = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    model_key = table.Column<long>(type: "bigint", nullable: true),
                    longitude = table.Column<double>(type: "double precision", nullable: true),
                    latitude = table.Column<double>(type: "double precision", nullable: true),
                    last_polled_at = table.Column<long>(type: "bigint", nullable: true),
                    last_online_at = table.Column<long>(type: "bigint", nullable: true),
                    is_online = table.Column<bool>(type: "boolean", nullable: true),
                    recording_keep_bytes = table.Column<long>(type: "bigint", nullable: true),
                    recording_keep_days = table.Column<int>(type: "integer", nullable: true),
                    recording_pictures_per_minute = table.Column<int>(type: "integer", nullable: false),
                    recording_schedule = table.Column<string>(type: "text", nullable: true, collation: "C"),
                    recording_status = table.Column<int>(type: "integer", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_cameras", x => x.key);
                    table.ForeignKey(
                        name: "fk_cameras_model_key",
                        column: x => x.model_key,
                        principalTable: "camera_models",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Restrict);
                    table.ForeignKey(
                        name: "fk_cameras_owner_key",
                        column: x => x.owner_key,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "grants",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    client_key = table.Column<long>(type: "bigint", nullable: false),
                    user_key = table.Column<long>(type: "bigint", nullable: false),
                    resource = table.Column<int>(type: "integer", nullable: false),
                    camera_key = table.Column<long>(type: "bigint", nullable: true),
                    rights = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_grants", x => x.key);
                    table.CheckConstraint("ck_grants_camera", "(resource = 1) = (camera_key IS NOT NULL)");
                    table.ForeignKey(
                        name: "fk_grants_camera_key",
                        column: x => x.camera_key,
                        principalTable: "cameras",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_grants_client_key",
                        column: x => x.client_key,
                        principalTable: "clients",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_grants_user_key",
                        column: x => x.user_key,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateTable(
                name: "shares",
                columns: table => new
                {
                    key = table.Column<long>(type: "bigint", nullable: false)
                        .Annotation("Npgsql:ValueGenerationStrategy", NpgsqlValueGenerationStrategy.IdentityByDefaultColumn),
                    camera_key = table.Column<long>(type: "bigint", nullable: false),
                    user_key = table.Column<long>(type: "bigint", nullable: false),
                    sharer_key = table.Column<long>(type: "bigint", nullable: false),
                    kind = table.Column<int>(type: "integer", nullable: false),
                    rights = table.Column<int>(type: "integer", nullable: false),
                    created_at = table.Column<long>(type: "bigint", nullable: false)
                },
                constraints: table =>
                {
                    table.PrimaryKey("pk_shares", x => x.key);
                    table.ForeignKey(
                        name: "fk_shares_camera_key",
                        column: x => x.camera_key,
                        principalTable: "cameras",
                        principalColumn: "key",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_shares_sharer_key",
                        column: x => x.sharer_key,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                    table.ForeignKey(
                        name: "fk_shares_user_key",
                        column: x => x.user_key,
                        principalTable: "users",
                        principalColumn: "id",
                        onDelete: ReferentialAction.Cascade);
                });

            migrationBuilder.CreateIndex(
                name: "ix_api_credentials_client_key",
                table: "api_credentials",
                column: "client_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_api_credentials_user_key",
                table: "api_credentials",
                column: "user_key",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_camera_models_vendor_key_name",
                table: "camera_models",
                columns: new[] { "vendor_key", "name" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_cameras_id",
                table: "cameras",
                column: "id",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_cameras_mac_address",
                table: "cameras",
                column: "mac_address");

            migrationBuilder.CreateIndex(
                name: "ix_cameras_model_key",
                table: "cameras",
                column: "model_key");

            migrationBuilder.CreateIndex(
                name: "ix_cameras_owner_key",
                table: "cameras",
                column: "owner_key");

            migrationBuilder.CreateIndex(
                name: "ix_clients_creator_key",
                table: "clients",
                column: "creator_key");

            migrationBuilder.CreateIndex(
                name: "ix_clients_name",
                table: "clients",
                column: "name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_grants_camera_key",
                table: "grants",
                column: "camera_key");

            migrationBuilder.CreateIndex(
                name: "ix_grants_client_key_user_key_camera_key",
                table: "grants",
                columns: new[] { "client_key", "user_key", "camera_key" },
                unique: true,
                filter: "camera_key IS NOT NULL");

            migrationBuilder.CreateIndex(
                name: "ix_grants_client_key_user_key_resource",
                table: "grants",
                columns: new[] { "client_key", "user_key", "resource" },
                unique: true,
                filter: "camera_key IS NULL");

            migrationBuilder.CreateIndex(
                name: "ix_grants_user_key",
                table: "grants",
                column: "user_key");

            migrationBuilder.CreateIndex(
                name: "ix_shares_camera_key_user_key",
                table: "shares",
                columns: new[] { "camera_key", "user_key" },
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_shares_sharer_key",
                table: "shares",
                column: "sharer_key");

            migrationBuilder.CreateIndex(
                name: "ix_shares_user_key",
                table: "shares",
                column: "user_key");

            migrationBuilder.CreateIndex(
                name: "ix_user_claims_user_id",
                table: "user_claims",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_user_logins_user_id",
                table: "user_logins",
                column: "user_id");

            migrationBuilder.CreateIndex(
                name: "ix_users_normalized_email",
                table: "users",
                column: "normalized_email",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_users_normalized_user_name",
                table: "users",
                column: "normalized_user_name",
                unique: true);

            migrationBuilder.CreateIndex(
                name: "ix_vendor_macs_vendor_key",
                table: "vendor_macs",
                column: "vendor_key");

            migrationBuilder.CreateIndex(
                name: "ix_vendors_id",
                table: "vendors",
                column: "id",
                unique: true);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.DropTable(
                name: "api_credentials");

            migrationBuilder.DropTable(
                name: "catalogue_versions");

            migrationBuilder.DropTable(
                name: "grants");

            migrationBuilder.DropTable(
                name: "shares");

            migrationBuilder.DropTable(
                name: "user_claims");

            migrationBuilder.DropTable(
                name: "user_logins");

            migrationBuilder.DropTable(
                name: "user_tokens");

            migrationBuilder.DropTable(
                name: "vendor_macs");

            migrationBuilder.DropTable(
                name: "clients");

            migrationBuilder.DropTable(
                name: "cameras");

            migrationBuilder.DropTable(
                name: "camera_models");

            migrationBuilder.DropTable(
                name: "users");

            migrationBuilder.DropTable(
                name: "vendors");
        }
    }
}
