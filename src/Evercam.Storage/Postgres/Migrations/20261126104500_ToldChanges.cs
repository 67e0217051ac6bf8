using Microsoft.EntityFrameworkCore.Infrastructure;
using Microsoft.EntityFrameworkCore.Migrations;

#nullable disable

namespace Evercam.Storage.Postgres.Migrations
{
    /// <summary>Of what it changes, the model knows nothing: after it, that is still the one of <see cref="Coverage"/>.</summary>
    [DbContext(typeof(PostgresEvercamDb))]
    [Migration("20261126104500_ToldChanges")]
    internal sealed class ToldChanges : Coverage
    {
        /// <inheritdoc />
        protected override void Up(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql(
                """
                -- Tells every server, together with a change that decides who may do what, whose it was: a kind and a key, and nothing else.
                -- The arguments are the kind, and the column of the key.
                CREATE FUNCTION tell_change() RETURNS trigger LANGUAGE plpgsql AS $$
                DECLARE
                    key text;
                BEGIN
                    IF TG_OP = 'INSERT' THEN
                        key := to_jsonb(NEW) ->> TG_ARGV[1];
                    ELSE
                        key := to_jsonb(OLD) ->> TG_ARGV[1];
                    END IF;
                    IF key IS NOT NULL THEN
                        PERFORM pg_notify('evercam', TG_ARGV[0] || ' ' || key);
                    END IF;
                    RETURN NULL;
                END $$;

                -- Of what is being made, nobody has remembered anything yet, but for what is added to something else.
                CREATE TRIGGER tell_change AFTER DELETE OR UPDATE OF normalized_user_name, normalized_email, password_hash, two_factor_enabled,
                    security_stamp, confirmed_at, former_email ON users FOR EACH ROW EXECUTE FUNCTION tell_change('user', 'id');
                CREATE TRIGGER tell_change AFTER DELETE ON sessions FOR EACH ROW EXECUTE FUNCTION tell_change('user', 'user_key');
                CREATE TRIGGER tell_change_of_user AFTER UPDATE OR DELETE ON api_credentials FOR EACH ROW EXECUTE FUNCTION tell_change('user', 'user_key');
                CREATE TRIGGER tell_change_of_client AFTER UPDATE OR DELETE ON api_credentials FOR EACH ROW EXECUTE FUNCTION tell_change('client', 'client_key');
                CREATE TRIGGER tell_change AFTER DELETE OR UPDATE OF revoked_at, expires_at ON tokens FOR EACH ROW EXECUTE FUNCTION tell_change('client', 'client_key');
                CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE ON grants FOR EACH ROW EXECUTE FUNCTION tell_change('client', 'client_key');
                CREATE TRIGGER tell_change AFTER DELETE ON clients FOR EACH ROW EXECUTE FUNCTION tell_change('client', 'key');
                CREATE TRIGGER tell_change AFTER INSERT OR UPDATE OR DELETE ON shares FOR EACH ROW EXECUTE FUNCTION tell_change('camera', 'camera_key');
                CREATE TRIGGER tell_change AFTER DELETE OR UPDATE OF id, owner_key, is_public, timezone ON cameras FOR EACH ROW EXECUTE FUNCTION tell_change('camera', 'key');
                """);
        }

        /// <inheritdoc />
        protected override void Down(MigrationBuilder migrationBuilder)
        {
            migrationBuilder.Sql("DROP FUNCTION tell_change() CASCADE;");
        }
    }
}
