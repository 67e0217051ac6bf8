using Evercam.Tests.Contracts;

namespace Evercam.Tests.Storage;

public sealed class SqliteCoverageTests(SqliteStorage storage) : CoverageContract(storage), IClassFixture<SqliteStorage>;

public sealed class PostgresCoverageTests(PostgresStorage storage) : CoverageContract(storage), IClassFixture<PostgresStorage>;
