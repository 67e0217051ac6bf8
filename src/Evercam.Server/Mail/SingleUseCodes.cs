using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Mail;

/// <summary>Codes that are sent to emails, each good for one purpose and one time.</summary>
internal sealed class SingleUseCodes(EvercamDb db, TimeProvider clock)
{
    /// <summary>Makes a code, and adds it to what the request's database saves next.</summary>
    /// <param name="purpose">What it is good for.</param>
    /// <param name="user">Whose it is, saved or about to be.</param>
    /// <param name="email">Where it is sent.</param>
    /// <param name="life">How long it is good.</param>
    /// <returns>The code, to be sent and nowhere kept.</returns>
    public string Issue(CodePurpose purpose, User user, string email, TimeSpan life)
    {
        var code = RandomSecret.Create();
        db.Add(new SingleUseCode
        {
            Purpose = purpose,
            Hash = RandomSecret.HashOf(code),
            User = user,
            Email = Mailbox.Of(email),
            ExpiresAt = (clock.GetUtcNow() + life).ToUnixTimeSeconds(),
        });
        return code;
    }

    /// <summary>Whose code it is, whatever they are called by now: a link must not die with the user name that it was sent to.</summary>
    /// <returns><see langword="null"/> if nobody was sent it, or it is gone.</returns>
    public Task<User?> FindUserAsync(string code, CancellationToken cancellation)
    {
        var hash = RandomSecret.HashOf(code);
        return db.Codes.AsNoTracking().Where(c => c.Hash == hash).Select(c => c.User).SingleOrDefaultAsync(cancellation);
    }

    /// <summary>Whether a code is good. It stays so.</summary>
    public Task<bool> IsGoodAsync(CodePurpose purpose, User user, string email, string code, CancellationToken cancellation) =>
        Good(purpose, user, email, code).AnyAsync(cancellation);

    /// <summary>Uses a code up, and with it all others that were sent to the user for this purpose. To be called in the transaction
    /// that does what the code allows.</summary>
    /// <param name="purpose">What it is to be good for.</param>
    /// <param name="user">Who shows it.</param>
    /// <param name="email">The email that it must have been sent to.</param>
    /// <param name="code">What is shown.</param>
    /// <param name="cancellation">Ends the look.</param>
    /// <returns>Whether it was good: this user's, sent to that email, not used and not expired.</returns>
    public async Task<bool> RedeemAsync(
        CodePurpose purpose, User user, string email, string code, CancellationToken cancellation)
    {
        if (await Good(purpose, user, email, code).ExecuteDeleteAsync(cancellation) == 0)
        {
            return false;
        }

        await Sent(purpose, user).ExecuteDeleteAsync(cancellation);
        return true;
    }

    /// <summary>Remembers a code that was used, and adds it to what the request's database saves next.</summary>
    /// <param name="purpose">What is remembered.</param>
    /// <param name="user">Who showed it.</param>
    /// <param name="code">What was shown.</param>
    /// <param name="life">How long it is remembered.</param>
    public void Keep(CodePurpose purpose, User user, string code, TimeSpan life) => db.Add(new SingleUseCode
    {
        Purpose = purpose,
        Hash = RandomSecret.HashOf(code),
        UserKey = user.Id,
        Email = Mailbox.Of(user.Email!),
        ExpiresAt = (clock.GetUtcNow() + life).ToUnixTimeSeconds(),
    });

    private IQueryable<SingleUseCode> Sent(CodePurpose purpose, User user) =>
        db.Codes.Where(c => c.Purpose == purpose && c.UserKey == user.Id);

    private IQueryable<SingleUseCode> Good(CodePurpose purpose, User user, string email, string code)
    {
        var (hash, normal, now) = (RandomSecret.HashOf(code), Mailbox.Of(email), clock.GetUtcNow().ToUnixTimeSeconds());
        return Sent(purpose, user).Where(c => c.Hash == hash && c.Email == normal && c.ExpiresAt > now);
    }
}
