using Evercam.Server.Http;
using Evercam.Server.Mail;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>Emails that accounts were given and have not proven, though they have proven another: whoever else wants one has it.</summary>
internal sealed class EmailClaims(EvercamDb db, Confirmations confirmations, OwnerNews news)
{
    /// <summary>Holds who gets an email and who claims it, and keeps whoever has invited these: in one order, and before anything else.</summary>
    /// <param name="email">The email.</param>
    /// <param name="heir">Who is to have it; 0 for who has no account yet.</param>
    /// <param name="isProven">Whether it is known to be the heir's, so that what it was invited to is theirs at once.</param>
    /// <param name="cancellation">Ends the wait.</param>
    public async Task HoldAsync(string email, long heir, bool isProven, CancellationToken cancellation)
    {
        var claimant = await db.Users.Where(user => user.Id != heir).ClaimingEmail(email)
            .Select(user => new { user.Id, user.NormalizedFormerEmail }).SingleOrDefaultAsync(cancellation);
        var users = new[] { heir, claimant?.Id ?? 0 }.Where(key => key != 0);
        var proven = new[] { isProven ? Mailbox.Of(email) : null, claimant?.NormalizedFormerEmail }.OfType<string>();
        await confirmations.HoldAsync([.. users], [.. proven], cancellation);
    }

    /// <summary>Takes an email from the account that only claims it, which has the one before again, as proven as it was, and is told so by
    /// what the request's database saves next. In the transaction that gives it to somebody else, and has called <see cref="HoldAsync"/>.</summary>
    /// <param name="email">The email.</param>
    /// <param name="heir">Who is to have it; 0 for who has no account yet.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>Whose claim it was; <see langword="null"/> if nobody claims it, or somebody has just proven it.</returns>
    /// <exception cref="ApiException">The account has none to go back to: the one before is somebody else's (400).</exception>
    public async Task<long?> EndAsync(string email, long heir, CancellationToken cancellation)
    {
        var claims = db.Users.Where(user => user.Id != heir).ClaimingEmail(email);
        if (await claims.AsNoTracking().SingleOrDefaultAsync(cancellation) is not { } claimant)
        {
            return null;
        }

        // Whoever has begun to claim it only since.
        await db.HoldUserAtOnceAsync(claimant.Id, cancellation);
        if (!await GiveBackAsync(claims, cancellation))
        {
            return null;
        }

        news.Add(claimant, Alarm.FormerEmailAgain);
        (claimant.Email, claimant.NormalizedEmail) = (claimant.FormerEmail, claimant.NormalizedFormerEmail);

        if (claimant.IsProven)
        {
            // Nobody is asked again whose it is: what others shared with it meanwhile would wait for ever.
            await confirmations.ProveAsync(claimant, cancellation);
        }

        return claimant.Id;
    }

    private static async Task<bool> GiveBackAsync(IQueryable<User> claims, CancellationToken cancellation)
    {
        try
        {
            // If the claimant changes it at this moment, that change looks again.
            return await claims.ExecuteUpdateAsync(
                set => set.SetProperty(user => user.Email, user => user.FormerEmail)
                    .SetProperty(user => user.NormalizedEmail, user => user.NormalizedFormerEmail)
                    .SetProperty(user => user.ConcurrencyStamp, User.NewStamp()),
                cancellation) > 0;
        }
        catch (Exception taken) when (taken.IsUniqueViolation(out _))
        {
            throw ApiException.BrokenRule("email is already registered");
        }
    }
}
