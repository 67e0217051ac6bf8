using Evercam.Tests.Contracts;

namespace Evercam.Tests.Storage;

public sealed class SqliteSchemaTests(SqliteStorage storage) : SchemaContract(storage), IClassFixture<SqliteStorage>;

public sealed class PostgresSchemaTests(PostgresStorage storage) : SchemaContract(storage), IClassFixture<PostgresStorage>;
