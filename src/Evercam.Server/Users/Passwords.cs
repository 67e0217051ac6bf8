using System.Security.Cryptography;
using Evercam.Server.Http;
using Evercam.Server.Mail;
using Evercam.Server.Setup;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>Gives accounts new passwords: to users who know the old one, and to those who read the account's mail.</summary>
internal sealed class Passwords(
    EvercamDb db,
    PasswordDoor door,
    SingleUseCodes codes,
    Confirmations confirmations,
    TakeBack takeBack,
    Locks locks,
    Outbox outbox,
    OwnerNews news,
    MailDoor mails,
    PublicAddress address,
    CallerCache callers,
    TimeProvider clock)
{
    /// <summary>How long a mail's link is good.</summary>
    public static readonly TimeSpan LinkLife = TimeSpan.FromHours(1);

    private const int StampLength = 32;

    /// <summary>The links that lead to a new password.</summary>
    private static readonly CodePurpose[] Links = [CodePurpose.ResetPassword, CodePurpose.UndoFactor];

    /// <summary>Gives an account a new password, if it still has the one that its user has shown: else whoever knows that one could go on
    /// to overwrite what the reader of the mail has just chosen. Every log-in with a browser ends, but for the one that asks.</summary>
    /// <param name="user">The user, as they were when they showed the old password.</param>
    /// <param name="password">The new one.</param>
    /// <param name="askingSession">The key of the log-in that asks for it.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ApiException">It is blank, or the old one is not the password any more (400).</exception>
    public Task ChangeAsync(User user, string password, long askingSession, CancellationToken cancellation) =>
        ChangeAsync(user, password, user.PasswordHash, askingSession, cancellation);

    /// <summary>Gives an account a new password, whatever the old one is: an administrator asks nobody. Every log-in with a browser ends, but
    /// for the one that asks.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="password">The password.</param>
    /// <param name="askingSession">The key of the log-in that asks for it; <see langword="null"/> if none does.</param>
    /// <param name="cancellation">Ends the wait.</param>
    /// <exception cref="ApiException">It is blank (400), or there is no such account any more (404).</exception>
    public async Task ChangeAsync(long key, string password, long? askingSession, CancellationToken cancellation)
    {
        Check(password);
        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == key, cancellation) ?? throw NoUser();
        await ChangeAsync(user, password, shown: null, askingSession, cancellation);
    }

    /// <summary>Writes to a user who forgot the password, if there is one with this login and not too many were written to.</summary>
    public async Task SendLinkAsync(string login, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        var user = await db.Users.KnownBy(login, now).FirstOrDefaultAsync(cancellation);
        if (user is null || !mails.TryPass(user.SafeEmail(now)))
        {
            return;
        }

        var email = user.SafeEmail(now);
        var code = codes.Issue(CodePurpose.ResetPassword, user, email, LinkLife);
        var link = address.To("/reset/confirm", ("u", user.UserName!), ("c", code));
        outbox.Add(email, Letters.NewPassword(user.UserName!, address.Root, link, LinkLife, user.HasFormerEmail(now)));
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>The user name of the account that a mail's link is for; <see langword="null"/> if the link is not good. It stays so.</summary>
    public async Task<string?> FindAsync(string code, CancellationToken cancellation) =>
        await codes.FindUserAsync(code, cancellation) is { } user && await FindPurposeAsync(user, code, cancellation) is not null ? user.UserName : null;

    /// <summary>Gives the account a new password whose mail was read. Every log-in with a browser ends, and the email is known to be
    /// the user's. If nobody knew that before, whoever signed up may have been somebody else; and if the account has had another email
    /// of late, whoever changed it: then the locks are changed too. So they are by the link of the mail about a new second factor, with
    /// that factor.</summary>
    /// <param name="code">The code of the mail.</param>
    /// <param name="password">The password.</param>
    /// <param name="withLocks">Whether the locks are to be changed in any case: the user fears that somebody had the old password.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>The account's user name; <see langword="null"/> if the code was not good. It is used up by that.</returns>
    /// <exception cref="ApiException">The password is blank (400).</exception>
    public async Task<string?> ResetAsync(string code, string password, bool withLocks, CancellationToken cancellation)
    {
        Check(password);
        if (await codes.FindUserAsync(code, cancellation) is not { } known || await FindPurposeAsync(known, code, cancellation) is null)
        {
            return null;
        }

        // The slow hash comes first: nobody waits for it in the database.
        var hash = await door.HashAsync(known, password, cancellation);
        IReadOnlyList<long> clients = [];
        if (!await db.TryInTurnAsync(ResetHeldAsync, cancellation))
        {
            return null;
        }

        locks.Forget(known.Id, clients);
        return known.UserName;

        async Task<bool> ResetHeldAsync()
        {
            if (await codes.FindUserAsync(code, cancellation) is not { } user
                || await FindPurposeAsync(user, code, cancellation) is not { } purpose)
            {
                return false;
            }

            (var done, clients) = await ResetAsync(user, purpose, code, hash, withLocks, cancellation);
            return done;
        }
    }

    private async Task<(bool IsDone, IReadOnlyList<long> Clients)> ResetAsync(
        User user, CodePurpose purpose, string code, string hash, bool withLocks, CancellationToken cancellation)
    {
        var (isFormer, isProven, email) = (user.HasFormerEmail(clock.GetUtcNow()), user.IsProven, user.SafeEmail(clock.GetUtcNow()));
        // The account comes before the code, as when it is deleted.
        await confirmations.HoldAsync([user.Id], [isFormer ? user.NormalizedFormerEmail! : user.NormalizedEmail!], cancellation);
        await db.HoldClientsOfAsync(user.Id, cancellation);
        var withFactor = !isProven || purpose == CodePurpose.UndoFactor || (isFormer && await takeBack.IsFactorSinceAsync(user, cancellation));
        if (!await codes.RedeemAsync(purpose, user, email, code, cancellation)
            || (isFormer && !await takeBack.RestoreAsync(user, cancellation))
            || !await confirmations.ProveAsync(user, cancellation))
        {
            return (false, []);
        }

        var clients = withLocks || isFormer || withFactor ? await locks.ChangeAsync(user.Id, withFactor, cancellation) : [];
        // Only here: whoever knows the password could otherwise take the links from the reader of the mail, who is sent so many and no more.
        await db.Codes.Where(sent => sent.UserKey == user.Id && sent.Purpose == CodePurpose.ResetPassword)
            .ExecuteDeleteAsync(cancellation);
        user.ConfirmedAt ??= clock.GetUtcNow().ToUnixTimeSeconds();
        await SetAsync(user, hash, shown: null, askingSession: null, cancellation);
        return (true, clients);
    }

    private async Task ChangeAsync(User user, string password, string? shown, long? askingSession, CancellationToken cancellation)
    {
        Check(password);
        var hash = await door.HashAsync(user, password, cancellation);
        await using var together = await db.Database.BeginTransactionAsync(cancellation);
        await SetAsync(user, hash, shown, askingSession, cancellation);
        await together.CommitAsync(cancellation);
        callers.ForgetUser(user.Id);
    }

    /// <summary>What link it is that a code belongs to; <see langword="null"/> if it is not good.</summary>
    private async Task<CodePurpose?> FindPurposeAsync(User user, string code, CancellationToken cancellation)
    {
        var email = user.SafeEmail(clock.GetUtcNow());
        foreach (var purpose in Links)
        {
            if (await codes.IsGoodAsync(purpose, user, email, code, cancellation))
            {
                return purpose;
            }
        }

        return null;
    }

    private static void Check(string password)
    {
        if (UserRules.CheckPassword(password) is { Count: > 0 } broken)
        {
            throw ApiException.BrokenRules(broken);
        }
    }

    private static ApiException NoUser() => ApiException.NotFound("user does not exist");

    /// <summary>In one transaction: the password, the end of what was begun with the old one, and a mail that says so to an email that is known
    /// to be the user's.</summary>
    private async Task SetAsync(User user, string hash, string? shown, long? askingSession, CancellationToken cancellation)
    {
        var (stamp, now) = (RandomNumberGenerator.GetHexString(StampLength), clock.GetUtcNow().ToUnixTimeSeconds());
        var isThere = await db.Users.Where(u => u.Id == user.Id && (shown == null || u.PasswordHash == shown)).ExecuteUpdateAsync(
            set => set.SetProperty(u => u.PasswordHash, hash).SetProperty(u => u.SecurityStamp, stamp).SetProperty(u => u.UpdatedAt, now),
            cancellation) > 0;
        if (!isThere)
        {
            throw shown is null ? NoUser() : ApiException.BrokenRule(PasswordQuestion.Wrong);
        }

        await db.Sessions.Where(session => session.UserKey == user.Id && session.Key != (askingSession ?? 0))
            .ExecuteDeleteAsync(cancellation);
        news.Add(user, Alarm.NewPassword);
        await db.SaveChangesAsync(cancellation);
    }
}
