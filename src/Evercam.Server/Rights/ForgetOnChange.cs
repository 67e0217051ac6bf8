using System.Data.Common;
using System.Runtime.CompilerServices;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.ChangeTracking;
using Microsoft.EntityFrameworkCore.Diagnostics;

namespace Evercam.Server.Rights;

/// <summary>
/// Watches what the request's database saves, and forgets the callers and cameras that it changes: a new password, a
/// lost share, a private camera count from the next request on. Bulk statements (<c>ExecuteDelete</c>,
/// <c>ExecuteUpdate</c>) pass it by: whoever changes rights with them calls <see cref="AccessCache.Forget"/> or
/// <see cref="CallerCache"/> afterwards.
/// </summary>
internal sealed class ForgetOnChange(CallerCache callers, AccessCache cameras)
    : SaveChangesInterceptor, IDbTransactionInterceptor
{
    /// <summary>What a context has changed and not yet committed.</summary>
    private readonly ConditionalWeakTable<DbContext, List<Action>> pending = [];

    public override InterceptionResult<int> SavingChanges(DbContextEventData eventData, InterceptionResult<int> result)
    {
        Collect(eventData.Context!);
        return result;
    }

    public override ValueTask<InterceptionResult<int>> SavingChangesAsync(
        DbContextEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default)
    {
        Collect(eventData.Context!);
        return ValueTask.FromResult(result);
    }

    public override int SavedChanges(SaveChangesCompletedEventData eventData, int result)
    {
        Forget(eventData.Context!, final: eventData.Context!.Database.CurrentTransaction is null);
        return result;
    }

    public override ValueTask<int> SavedChangesAsync(
        SaveChangesCompletedEventData eventData, int result, CancellationToken cancellationToken = default) =>
        ValueTask.FromResult(SavedChanges(eventData, result));

    // Of a failure nobody knows for sure what it left: forgetting too much does no harm.
    public override void SaveChangesFailed(DbContextErrorEventData eventData) => Forget(eventData.Context!, final: true);

    public override Task SaveChangesFailedAsync(DbContextErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        SaveChangesFailed(eventData);
        return Task.CompletedTask;
    }

    public override void SaveChangesCanceled(DbContextEventData eventData) => Forget(eventData.Context!, final: true);

    public override Task SaveChangesCanceledAsync(DbContextEventData eventData, CancellationToken cancellationToken = default)
    {
        SaveChangesCanceled(eventData);
        return Task.CompletedTask;
    }

    // Others see the changes from here on; what was looked up since they were saved may still be old.
    public void TransactionCommitted(DbTransaction transaction, TransactionEndEventData eventData) =>
        Forget(eventData.Context, final: true);

    public Task TransactionCommittedAsync(
        DbTransaction transaction, TransactionEndEventData eventData, CancellationToken cancellationToken = default)
    {
        TransactionCommitted(transaction, eventData);
        return Task.CompletedTask;
    }

    public void TransactionFailed(DbTransaction transaction, TransactionErrorEventData eventData) =>
        Forget(eventData.Context, final: true);

    public Task TransactionFailedAsync(
        DbTransaction transaction, TransactionErrorEventData eventData, CancellationToken cancellationToken = default)
    {
        TransactionFailed(transaction, eventData);
        return Task.CompletedTask;
    }

    private void Collect(DbContext context)
    {
        foreach (var entry in context.ChangeTracker.Entries())
        {
            if (entry.State is EntityState.Added or EntityState.Modified or EntityState.Deleted && Effect(entry) is { } effect)
            {
                pending.GetOrCreateValue(context).Add(effect);
            }
        }
    }

    private void Forget(DbContext? context, bool final)
    {
        if (context is null || !pending.TryGetValue(context, out var effects))
        {
            return;
        }

        effects.ForEach(effect => effect());
        if (final)
        {
            pending.Remove(context);
        }
    }

    /// <summary>What is to be forgotten because of a change; nothing for what no right and no credential depends
    /// on.</summary>
    private Action? Effect(EntityEntry entry) => entry.Entity switch
    {
        // Nobody has looked up what is only being made.
        not (Share or Grant) when entry.State == EntityState.Added => null,
        Camera { Key: var camera } when Touches(
            entry, nameof(Camera.Id), nameof(Camera.OwnerKey), nameof(Camera.IsPublic), nameof(Camera.Timezone)) =>
            () => cameras.Forget(camera),
        Share { CameraKey: var camera } => () => cameras.Forget(camera),
        User { Id: var user } when entry.State == EntityState.Deleted => () => ForgetUser(user),
        User { Id: var user } when Touches(
            entry,
            nameof(User.NormalizedUserName),
            nameof(User.NormalizedEmail),
            nameof(User.PasswordHash),
            nameof(User.TwoFactorEnabled),
            nameof(User.SecurityStamp)) =>
            () => callers.ForgetUser(user),
        ApiCredential { UserKey: { } user } => () => callers.ForgetUser(user),
        ApiCredential { ClientKey: { } client } => () => callers.ForgetClient(client),
        Grant { ClientKey: var client } => () => callers.ForgetClient(client),
        Client { Key: var client } when entry.State == EntityState.Deleted => () => callers.ForgetClient(client),
        _ => null,
    };

    private void ForgetUser(long user)
    {
        callers.ForgetUser(user);
        cameras.ForgetUser(user);
    }

    private static bool Touches(EntityEntry entry, params ReadOnlySpan<string> properties)
    {
        foreach (var property in properties)
        {
            if (entry.State == EntityState.Deleted || entry.Property(property).IsModified)
            {
                return true;
            }
        }

        return false;
    }
}
