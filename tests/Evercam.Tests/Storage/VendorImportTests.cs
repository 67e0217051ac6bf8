using Evercam.Tests.Contracts;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Storage;

public sealed class SqliteVendorImportTests : VendorImportContract
{
    protected override TestStorage Storage { get; } = new SqliteStorage();
}

public sealed class PostgresVendorImportTests(PostgresServer server) : VendorImportContract
{
    protected override TestStorage Storage { get; } = new PostgresStorage(server);
}
