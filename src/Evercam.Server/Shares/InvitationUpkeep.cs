using Evercam.Server.Activities;
using Evercam.Server.Rights;
using Evercam.Server.Setup;
using Evercam.Server.Users;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Shares;

/// <summary>Once an hour: accepts the invitations of people who signed up and proved their email in the moment in which they were invited, and
/// removes those that nobody has accepted in time, and says so in the cameras' logs.</summary>
internal sealed partial class InvitationUpkeep(
    IServiceScopeFactory scopes, InvitationLife life, IOtherServers others, TimeProvider clock, ILogger<InvitationUpkeep> log)
    : HourlyUpkeep("Invitations that have ended could not be removed", others, clock, log)
{
    internal override async Task RunAsync(CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<EvercamDb>();
        var waiting = life.Waiting(db);
        foreach (var user in await db.Users.AsNoTracking()
            .Where(user => user.ConfirmedAt != null && waiting.Any(invitation => invitation.NormalizedEmail == user.NormalizedEmail))
            .ToListAsync(cancellation))
        {
            await AcceptAsync(user, cancellation);
        }

        await RemoveEndedAsync(db, cancellation);
    }

    /// <summary>One whose invitations cannot be accepted holds up neither the others nor what has ended.</summary>
    private async Task AcceptAsync(User user, CancellationToken cancellation)
    {
        await using var scope = scopes.CreateAsyncScope();
        try
        {
            // The email is known to be theirs: what it was invited to is theirs with it.
            await scope.ServiceProvider.GetRequiredService<Confirmations>().VouchAsync(user, cancellation);
        }
#pragma warning disable CA1031 // The next hour tries again, whatever failed.
        catch (Exception reason) when (!cancellation.IsCancellationRequested && !reason.IsDatabaseUnavailable())
#pragma warning restore CA1031
        {
            LogNotAccepted(Log, user.UserName!, reason);
        }
    }

    private async Task RemoveEndedAsync(EvercamDb db, CancellationToken cancellation)
    {
        var before = life.EndedBefore;
        var removed = 0;
        foreach (var ended in await db.Invitations.AsNoTracking().Where(i => i.CreatedAt <= before).ToListAsync(cancellation))
        {
            var line = Actor.Server.Did(ActivityKind.InvitationExpired, ended, Clock.GetUtcNow());
            removed += await db.WithdrawInvitationAsync(ended, line, cancellation) ? 1 : 0;
            db.ChangeTracker.Clear();
        }

        if (removed > 0)
        {
            LogRemoved(Log, removed, life.Days);
        }
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "The invitations of {User} could not be accepted; the next hour tries again")]
    private static partial void LogNotAccepted(ILogger log, string user, Exception reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Removed {Count} invitations that nobody accepted in {Days} days")]
    private static partial void LogRemoved(ILogger log, int count, int days);
}
