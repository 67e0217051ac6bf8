using System.Data.Common;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Evercam.Storage.Postgres;

/// <summary>Keeps EF from waiting for a server that is away, and tells when EF waited for it in vain. Nothing here waits
/// synchronously, so those who would are not held.</summary>
internal sealed class PresenceInterceptor(PostgresPresence presence)
    : IDbConnectionInterceptor, IDbCommandInterceptor, IDbTransactionInterceptor
{
    public async ValueTask<InterceptionResult> ConnectionOpeningAsync(
        DbConnection connection, ConnectionEventData eventData, InterceptionResult result, CancellationToken cancellationToken = default)
    {
        await presence.AwaitAsync(cancellationToken);
        return result;
    }

    public Task ConnectionFailedAsync(
        DbConnection connection, ConnectionErrorEventData eventData, CancellationToken cancellationToken = default) =>
        MissAsync(eventData.Exception);

    public async ValueTask<InterceptionResult<DbDataReader>> ReaderExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<DbDataReader> result, CancellationToken cancellationToken = default)
    {
        await presence.AwaitAsync(cancellationToken);
        return result;
    }

    public async ValueTask<InterceptionResult<object>> ScalarExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<object> result, CancellationToken cancellationToken = default)
    {
        await presence.AwaitAsync(cancellationToken);
        return result;
    }

    public async ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
        DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        await presence.AwaitAsync(cancellationToken);
        return result;
    }

    public Task CommandFailedAsync(DbCommand command, CommandErrorEventData eventData, CancellationToken cancellationToken = default) =>
        MissAsync(eventData.Exception);

    public Task TransactionFailedAsync(
        DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default) =>
        MissAsync(eventData.Exception);

    private Task MissAsync(Exception failure)
    {
        presence.Miss(failure);
        return Task.CompletedTask;
    }
}
