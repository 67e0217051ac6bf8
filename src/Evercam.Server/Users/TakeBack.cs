using Evercam.Server.Mail;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>Gives accounts the email back that they had, for those who read its mail.</summary>
internal sealed class TakeBack(EvercamDb db, SingleUseCodes codes, Confirmations confirmations, Locks locks, TimeProvider clock)
{
    /// <summary>The user name of the account that a mail's link is for; <see langword="null"/> if the link is not good. It stays so.</summary>
    public async Task<string?> FindAsync(string code, CancellationToken cancellation) =>
        await codes.FindUserAsync(code, cancellation) is { } user && HasFormer(user)
        && await codes.IsGoodAsync(CodePurpose.TakeEmailBack, user, user.FormerEmail!, code, cancellation) ? user.UserName : null;

    /// <summary>For whom a code has done it: a form that is sent twice has done what it should.</summary>
    public async Task<User?> FindDoneAsync(string code, CancellationToken cancellation) =>
        await codes.FindUserAsync(code, cancellation) is { } user
        && await codes.IsGoodAsync(CodePurpose.EmailTakenBack, user, user.Email!, code, cancellation) ? user : null;

    /// <summary>Whether a second factor was switched on since a change that can still be taken back, or so lately that the link of the mail
    /// about it is still good: then it may be of whoever made that change.</summary>
    public Task<bool> IsFactorSinceAsync(User user, CancellationToken cancellation)
    {
        var (now, life) = (clock.GetUtcNow().ToUnixTimeSeconds(), (long)FormerEmails.Life.TotalSeconds);
        // A link that is good for so long was sent so long before its end.
        var links = db.Codes.Where(code => code.UserKey == user.Id && code.Purpose == CodePurpose.TakeEmailBack
            && code.Email == user.NormalizedFormerEmail && code.ExpiresAt > now);
        var undos = db.Codes.Where(code => code.UserKey == user.Id && code.Purpose == CodePurpose.UndoFactor && code.ExpiresAt > now);
        return db.SecondFactors.AnyAsync(
            factor => factor.UserKey == user.Id && (undos.Any() || links.Any(code => code.ExpiresAt - life <= factor.CreatedAt)), cancellation);
    }

    /// <summary>Gives the account its former email back, and changes the locks: whoever changed it had a way in.</summary>
    /// <returns>Whether the code was good. It is used up by that.</returns>
    public async Task<bool> DoAsync(string code, CancellationToken cancellation)
    {
        var (changed, clients) = (0L, (IReadOnlyList<long>)[]);
        if (!await db.TryInTurnAsync(DoHeldAsync, cancellation))
        {
            return false;
        }

        locks.Forget(changed, clients);
        return true;

        async Task<bool> DoHeldAsync()
        {
            if (await codes.FindUserAsync(code, cancellation) is not { } user || !HasFormer(user))
            {
                return false;
            }

            await confirmations.HoldAsync([user.Id], [user.NormalizedFormerEmail!], cancellation);
            await db.HoldClientsOfAsync(user.Id, cancellation);
            var withFactor = await IsFactorSinceAsync(user, cancellation);
            if (!await codes.RedeemAsync(CodePurpose.TakeEmailBack, user, user.FormerEmail!, code, cancellation)
                || !await RestoreAsync(user, cancellation)
                || !await confirmations.ProveAsync(user, cancellation))
            {
                return false;
            }

            (changed, clients) = (user.Id, await locks.ChangeAsync(user.Id, withFactor, cancellation));
            codes.Keep(CodePurpose.EmailTakenBack, user, code, FormerEmails.Life);
            await db.SaveChangesAsync(cancellation);
            return true;
        }
    }

    /// <summary>Gives a user the former email back, which is not confirmed by that. In the transaction that holds the user.</summary>
    /// <returns>Whether it was done: not if the user has another email since, or another former one, or somebody else has that one. Then
    /// the transaction is good for nothing more.</returns>
    public async Task<bool> RestoreAsync(User user, CancellationToken cancellation)
    {
        try
        {
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            var isDone = await db.Users
                .Where(u => u.Id == user.Id && u.NormalizedEmail == user.NormalizedEmail && u.NormalizedFormerEmail == user.NormalizedFormerEmail)
                .ExecuteUpdateAsync(
                    set => set.SetProperty(u => u.Email, user.FormerEmail)
                        .SetProperty(u => u.NormalizedEmail, user.NormalizedFormerEmail)
                        .SetProperty(u => u.FormerEmail, (string?)null)
                        .SetProperty(u => u.NormalizedFormerEmail, (string?)null)
                        .SetProperty(u => u.FormerEmailUntil, (long?)null)
                        .SetProperty(u => u.ConfirmedAt, (long?)null)
                        .SetProperty(u => u.UpdatedAt, now),
                    cancellation) > 0;
            (user.Email, user.NormalizedEmail, user.ConfirmedAt) = (user.FormerEmail, user.NormalizedFormerEmail, null);
            return isDone;
        }
        catch (Exception taken) when (taken.IsUniqueViolation(out _))
        {
            // Somebody who was quick, when it had just ceased to count, or had not begun to.
            return false;
        }
    }

    private bool HasFormer(User user) => user.HasFormerEmail(clock.GetUtcNow());
}
