using System.Net;
using Evercam.Server.Activities;
using Evercam.Server.Http;
using Evercam.Server.Mail;
using Evercam.Server.Rights;
using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>Finds out whether emails belong to their users: by codes that only the readers of their mail know.</summary>
internal sealed class Confirmations(
    EvercamDb db, SingleUseCodes codes, Outbox outbox, MailDoor door, PublicAddress address, InvitationLife invitations, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromDays(7);

    /// <summary>Whether someone who signs up may be asked, or is left alone because too many were.</summary>
    public bool MayAsk(string email, IPAddress source) => door.TryPass(email, source);

    /// <summary>Adds the question to what the request's database saves next. Whoever calls this has asked
    /// <see cref="MayAsk"/>.</summary>
    /// <param name="user">Who, saved or about to be.</param>
    public void Ask(User user)
    {
        var code = codes.Issue(CodePurpose.ConfirmEmail, user, user.Email!, Life);
        var link = address.To("/confirm", ("u", user.UserName!), ("c", code));
        outbox.Add(user.Email!, Letters.Confirmation(user.UserName!, address.Root, link, Life));
    }

    /// <summary>The user has another email, of which nobody knows yet whose it is: asks there, and tells the ones before, whose readers may
    /// take the change back if their email goes on to count. Adds to what the request's database saves next.</summary>
    /// <param name="user">The user, with the new email.</param>
    /// <param name="old">The email before.</param>
    /// <param name="oldMailbox">The same as it was compared.</param>
    /// <param name="withPassword">Whether whoever gives it has shown the password, and a code where there is a second factor.</param>
    public void AskAnew(User user, string old, string oldMailbox, bool withPassword)
    {
        Keep(user, old, oldMailbox, withPassword);

        // Also if it is null here: somebody may be confirming the old one.
        user.ConfirmedAt = null;
        db.Entry(user).Property(u => u.ConfirmedAt).IsModified = true;
        Ask(user);
    }

    /// <summary>Lets the email that an account was given without the password take the place of the one before: its user has shown the
    /// password, and a code where there is a second factor.</summary>
    /// <param name="userKey">Whose.</param>
    /// <param name="email">The email that is meant; of another one it says nothing.</param>
    /// <param name="cancellation">Gives up, as long as nothing is changed.</param>
    public Task SettleAsync(long userKey, string email, CancellationToken cancellation) => db.InTurnAsync(
        async () =>
        {
            await db.HoldUserAsync(userKey, cancellation);
            if (await db.Users.SingleOrDefaultAsync(user => user.Id == userKey && user.Email == email, cancellation)
                is { IsEmailUnsettled: true } user)
            {
                Keep(user, user.Email!, user.NormalizedEmail!, withPassword: true);
                user.ConcurrencyStamp = User.NewStamp();
            }

            return await db.SaveChangesAsync(cancellation);
        },
        cancellation);

    /// <summary>Counts the mail that a user asks for with a new email.</summary>
    /// <exception cref="ApiException">There were too many (429).</exception>
    public void CheckLimit(long userKey, string email) => door.Pass(email, userKey);

    /// <summary>Sends the question once more, because its user misses it.</summary>
    /// <exception cref="ApiException">There is no such account (404), or there were too many mails (429).</exception>
    public async Task AskAgainAsync(long userKey, CancellationToken cancellation)
    {
        var user = await db.Users.SingleOrDefaultAsync(u => u.Id == userKey, cancellation)
            ?? throw NoUser();
        if (user.ConfirmedAt is null)
        {
            door.Pass(user.Email!, userKey);
            Ask(user);
            try
            {
                await db.SaveChangesAsync(cancellation);
            }
            catch (DbUpdateException refused) when (!refused.IsDatabaseUnavailable())
            {
                // The account was deleted meanwhile.
                throw NoUser();
            }
        }
    }

    /// <summary>What a code that was sent asks; <see langword="null"/> if the code is not good. It stays so.</summary>
    public async Task<ConfirmQuestion?> FindAsync(string code, CancellationToken cancellation) =>
        await codes.FindUserAsync(code, cancellation) is { } user
        && await codes.IsGoodAsync(CodePurpose.ConfirmEmail, user, user.Email!, code, cancellation)
            ? new(user.Id, user.UserName!, user.Email!, !user.IsProven)
            : null;

    /// <summary>Whether a code has confirmed the email that the user has: a form that is sent twice has done what it should.</summary>
    public async Task<bool> IsDoneAsync(string code, CancellationToken cancellation) =>
        await codes.FindUserAsync(code, cancellation) is { ConfirmedAt: not null } user
        && await codes.IsGoodAsync(CodePurpose.EmailConfirmed, user, user.Email!, code, cancellation);

    /// <summary>Confirms a user's email, and with it accepts what that email was invited to.</summary>
    /// <param name="code">The code of the mail.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>Whether the code was good. It is used up by that.</returns>
    public Task<bool> ConfirmAsync(string code, CancellationToken cancellation) => db.InTurnAsync(
        async () =>
        {
            if (await codes.FindUserAsync(code, cancellation) is not { } user)
            {
                return false;
            }

            await HoldAsync([user.Id], [user.NormalizedEmail!], cancellation);
            if (!await codes.RedeemAsync(CodePurpose.ConfirmEmail, user, user.Email!, code, cancellation))
            {
                return false;
            }

            codes.Keep(CodePurpose.EmailConfirmed, user, code, Life);
            await db.SaveChangesAsync(cancellation);
            return await ProveAsync(user, cancellation);
        },
        cancellation);

    /// <summary>Somebody who knows says that the email is the user's.</summary>
    public Task VouchAsync(User user, CancellationToken cancellation) => db.InTurnAsync(
        async () =>
        {
            await HoldAsync([user.Id], [user.NormalizedEmail!], cancellation);
            return await ProveAsync(user, cancellation);
        },
        cancellation);

    /// <summary>Holds users of whom emails are about to be proven, and keeps whoever has invited these: in one order, and before anything
    /// else is held.</summary>
    public async Task HoldAsync(long[] users, string[] proven, CancellationToken cancellation)
    {
        var sharers = await db.Invitations.Where(invitation => proven.Contains(invitation.NormalizedEmail))
            .Select(invitation => invitation.SharerKey).Distinct().ToListAsync(cancellation);
        await db.HoldUsersAsync(users, sharers, cancellation);
    }

    /// <summary>A user has shown a code that was sent to the email: it is theirs, and with it what it was invited to. In the
    /// transaction that used the code up and holds the user (<see cref="HoldAsync"/>), or that has just added the
    /// user, whom nobody else sees yet.</summary>
    /// <param name="user">The user, with the email that the code was sent to.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <returns>Whether it still is the user's email: of another one it says nothing.</returns>
    public async Task<bool> ProveAsync(User user, CancellationToken cancellation)
    {
        var now = clock.GetUtcNow();
        // Whoever changes the account at this moment looks again: also if the email was given back in this transaction.
        var isTheirs = user.IsFoundByItsEmail
            && await db.Users.Where(u => u.Id == user.Id && u.NormalizedEmail == user.NormalizedEmail).ExecuteUpdateAsync(
                set => set.SetProperty(u => u.ConfirmedAt, u => u.ConfirmedAt ?? now.ToUnixTimeSeconds())
                    .SetProperty(u => u.ConcurrencyStamp, User.NewStamp()),
                cancellation) > 0;
        if (isTheirs)
        {
            var actor = new Actor(user.Id, ClientKey: null, Source: null);
            await db.AcceptInvitationsAsync(
                user, invitations.EndedBefore, invitation => actor.Did(ActivityKind.InvitationAccepted, invitation, now), cancellation);
        }

        return isTheirs;
    }

    private void Keep(User user, string old, string oldMailbox, bool withPassword)
    {
        var now = clock.GetUtcNow();
        var before = user.HasFormerEmail(now) ? user.FormerEmail : null;
        var isClaim = user.OnlyClaims(oldMailbox);
        var isKnown = user.IsProven;
        user.KeepFormerEmail(old, oldMailbox, withPassword, now);
        var kept = user.FormerEmail;
        if (kept is not null && user.NormalizedFormerEmail != user.NormalizedEmail)
        {
            var code = codes.Issue(CodePurpose.TakeEmailBack, user, kept, FormerEmails.Life);
            var link = address.To(TakeBackEndpoints.Path, ("u", user.UserName!), ("c", code));
            Tell(kept, link);
        }

        // Not those between, whose emails nobody has confirmed: nothing of this account is theirs.
        foreach (var one in new[] { before, isClaim ? null : old }.OfType<string>().Distinct())
        {
            if (Mailbox.Of(one) is var mailbox && mailbox != user.NormalizedFormerEmail && mailbox != user.NormalizedEmail)
            {
                Tell(one, link: null);
            }
        }

        void Tell(string email, string? link)
        {
            // Whoever never said that it is theirs is not to be pestered.
            if (isKnown || door.TryPass(email))
            {
                outbox.Add(email, Letters.AddressChanged(user.UserName!, address.Root, link, kept is not null, withPassword, FormerEmails.Life));
            }
        }
    }

    private static ApiException NoUser() => ApiException.NotFound("user does not exist");
}

/// <summary>What a code that was sent to an email asks.</summary>
/// <param name="UserKey">Whose email it may be.</param>
/// <param name="UserName">How they are called.</param>
/// <param name="Email">The email.</param>
/// <param name="IsFirst">Whether nobody has confirmed an email of this account before.</param>
internal sealed record ConfirmQuestion(long UserKey, string UserName, string Email, bool IsFirst);
