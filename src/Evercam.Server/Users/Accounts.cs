using System.Net;
using System.Security.Cryptography;
using Evercam.Server.Activities;
using Evercam.Server.Cameras;
using Evercam.Server.Http;
using Evercam.Server.Mail;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Users;

/// <summary>Makes, changes and deletes accounts. Whoever asks has the right to.</summary>
internal sealed class Accounts(
    EvercamDb db,
    SignUpRule rule,
    SignUpDoor signUps,
    PasswordDoor door,
    Confirmations confirmations,
    EmailClaims claims,
    CallerCache callers,
    AccessCache access,
    CameraNews news,
    OwnerNews alarms,
    TimeProvider clock)
{
    private const int IdLength = 16;
    private const int KeyLength = 32;

    /// <summary>How long a form that was sent twice may be under way.</summary>
    private static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(1);

    /// <summary>Makes an account with its keys, and asks its email for confirmation.</summary>
    /// <param name="request">Who wants it.</param>
    /// <param name="source">Where the request comes from; <see langword="null"/> for the server itself.</param>
    /// <param name="cancellation">Gives up, as long as there is no account.</param>
    /// <exception cref="ApiException">It breaks rules (400), the invitation was used meanwhile (403), or there were too many from there
    /// (429).</exception>
    public Task<User> CreateAsync(SignUp request, IPAddress? source, CancellationToken cancellation)
    {
        return CreateAsync(request, UserRules.Check(request), source, isProven: false, WelcomeAsync, cancellation);

        async Task WelcomeAsync(User user)
        {
            await rule.UseInvitationAsync(request, user, db, cancellation);
            if (source is not null && confirmations.MayAsk(request.Email, source))
            {
                confirmations.Ask(user);
            }
        }
    }

    /// <summary>Makes an account at the administrator's wish. Of its user nothing is known but how to reach them; the rest is theirs to
    /// fill in. Whoever runs the server knows whose the email is: nobody is asked.</summary>
    /// <exception cref="ApiException">It breaks rules (400).</exception>
    public Task<User> AddAsync(string userName, string email, string password, CancellationToken cancellation) => CreateAsync(
        new SignUp(userName, "", userName, "", email, password),
        [.. UserRules.Check(new AccountChange(null, null, userName, null, email)), .. UserRules.CheckPassword(password)],
        source: null,
        isProven: true,
        user => confirmations.ProveAsync(user, cancellation),
        cancellation);

    /// <summary>Makes the account of a server on which nobody has one, whose email nobody asks.</summary>
    /// <returns><see langword="null"/> if somebody has one meanwhile.</returns>
    /// <exception cref="ApiException">It breaks rules (400).</exception>
    public async Task<User?> CreateFirstAsync(SignUp request, CancellationToken cancellation)
    {
        if (UserRules.Check(request) is { Count: > 0 } broken)
        {
            throw ApiException.BrokenRules(broken);
        }

        var user = Compose(request);
        user.PasswordHash = await door.HashAsync(user, request.Password, cancellation);
        user.ConfirmedAt = user.CreatedAt;
        user.Credential = NewKeys();
        return await db.AddFirstUserAsync(user, cancellation) ? user : null;
    }

    private async Task<User> CreateAsync(
        SignUp request, List<string> broken, IPAddress? source, bool isProven, Func<User, Task> welcome, CancellationToken cancellation)
    {
        await CheckTakenAsync(request.UserName, request.Email, null, broken, cancellation);
        var hash = await signUps.HashAsync(Compose(request), request.Password, source, cancellation);
        var (made, claimant) = await db.InTurnAsync(MakeAsync, cancellation);
        ForgetClaimant(claimant);
        return made;

        async Task<(User, long?)> MakeAsync()
        {
            await claims.HoldAsync(request.Email, heir: 0, isProven, cancellation);
            await CheckTakenAsync(request.UserName, request.Email, null, [], cancellation);
            var claimant = await claims.EndAsync(request.Email, heir: 0, cancellation);
            var user = Compose(request);
            (user.PasswordHash, user.Credential) = (hash, NewKeys());
            db.Add(user);
            await SaveAsync(() => welcome(user), cancellation);
            return (user, claimant);
        }
    }

    /// <summary>The account that someone has just made and asks for once more, because a form was sent twice. Everything that logs its
    /// user in must be the same; it counts as a try of the password.</summary>
    /// <exception cref="ApiException">There were too many wrong passwords (429).</exception>
    public async Task<User?> FindMadeAsync(SignUp request, IPAddress? source, CancellationToken cancellation)
    {
        var (email, just) = (Mailbox.Of(request.Email), (clock.GetUtcNow() - Afterwards).ToUnixTimeSeconds());
        var user = await db.Users.AsNoTracking().WithLogin(request.UserName)
            .SingleOrDefaultAsync(u => u.NormalizedEmail == email && u.CreatedAt >= just, cancellation);
        return user is not null && await door.OpensAsync(user, request.UserName, request.Password, source, cancellation) ? user : null;
    }

    /// <summary>Changes an account. A new email is not confirmed, whatever the old one was.</summary>
    /// <param name="key">Whose.</param>
    /// <param name="change">What is to be so.</param>
    /// <param name="shown">What whoever asks has shown of who they are.</param>
    /// <param name="cancellation">Gives up, as long as nothing is changed.</param>
    /// <returns>The account as it is now.</returns>
    /// <exception cref="ApiException">The change breaks rules (400), there is no such account any more (404), or it asks for too many mails
    /// (429).</exception>
    public async Task<User> ChangeAsync(long key, AccountChange change, Shown shown, CancellationToken cancellation)
    {
        if (change.IsEmpty)
        {
            return await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == key, cancellation) ?? throw NoUser();
        }

        var (changed, isRenamed, claimant) = await db.InTurnAsync(() => ChangeHeldAsync(key, change, shown, cancellation), cancellation);
        ForgetClaimant(claimant);
        if (isRenamed)
        {
            await news.OwnerRenamedAsync(key);
        }

        return changed;
    }

    /// <summary>Gives an account another pair of keys. The old pair opens nothing from now on.</summary>
    /// <exception cref="ApiException">There is no such account any more (404).</exception>
    public Task RenewKeysAsync(long key, CancellationToken cancellation) => db.InTurnAsync(
        async () =>
        {
            await db.HoldUserAsync(key, cancellation);
            alarms.Add(await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == key, cancellation) ?? throw NoUser(), Alarm.NewKeys);
            db.Remove(await db.ApiCredentials.SingleOrDefaultAsync(pair => pair.UserKey == key, cancellation) ?? throw NoUser());
            var keys = NewKeys();
            keys.UserKey = key;
            db.Add(keys);
            return await db.SaveChangesAsync(cancellation);
        },
        cancellation);

    /// <summary>Deletes an account with its cameras and their pictures, and with the applications that it registered.</summary>
    /// <exception cref="ApiException">There is no such account any more (404).</exception>
    public async Task DeleteAsync(long key, CancellationToken cancellation)
    {
        // Nothing else is kept of who goes, nor where they were.
        var actor = new Actor(key, ClientKey: null, Source: null);
        var ended = await db.DeleteUserAsync(key, share => actor.Ended(share, clock.GetUtcNow()), cancellation) ?? throw NoUser();
        callers.ForgetUser(key);
        foreach (var client in ended.Clients)
        {
            callers.ForgetClient(client);
        }

        access.ForgetUser(key);

        // All at once: whoever waits for their pictures to go waits no longer than for those of one camera.
        await Task.WhenAll(ended.Cameras.Select(news.DeletedAsync));
    }

    private static ApiException NoUser() => ApiException.NotFound("user does not exist");

    internal static ApiCredential NewKeys() => new()
    {
        ApiId = RandomNumberGenerator.GetHexString(IdLength, lowercase: true),
        ApiKey = RandomNumberGenerator.GetHexString(KeyLength, lowercase: true),
    };

    private User Compose(SignUp request)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return new User
        {
            UserName = request.UserName,
            NormalizedUserName = request.UserName.ToUpperInvariant(),
            Email = request.Email,
            NormalizedEmail = Mailbox.Of(request.Email),
            Forename = request.Forename,
            Lastname = request.Lastname,
            Country = request.Country.ToLowerInvariant(),
            SecurityStamp = User.NewStamp(),
            CreatedAt = now,
            UpdatedAt = now,
        };
    }

    private void Apply(AccountChange change, User user)
    {
        user.UserName = change.UserName ?? user.UserName!;
        user.NormalizedUserName = user.UserName.ToUpperInvariant();
        user.NormalizedEmail = change.Email is { } email ? Mailbox.Of(email) : user.NormalizedEmail;
        user.Email = change.Email ?? user.Email;
        user.Forename = change.Forename ?? user.Forename;
        user.Lastname = change.Lastname ?? user.Lastname;
        user.Country = change.Country?.ToLowerInvariant() ?? user.Country;
        if (db.Entry(user).State == EntityState.Modified)
        {
            user.ConcurrencyStamp = User.NewStamp();
        }

        user.UpdatedAt = clock.GetUtcNow().ToUnixTimeSeconds();
    }

    private async Task<(User Changed, bool IsRenamed, long? Claimant)> ChangeHeldAsync(
        long key, AccountChange change, Shown shown, CancellationToken cancellation)
    {
        await (change switch
        {
            { Email: { } wanted } => claims.HoldAsync(wanted, key, isProven: false, cancellation),
            { UserName: null } => db.HoldUserForChangeAsync(key, cancellation),
            _ => db.HoldUserAsync(key, cancellation),
        });
        var user = await db.Users.SingleOrDefaultAsync(u => u.Id == key, cancellation) ?? throw NoUser();
        // What is so already breaks no rule, also if the rules have changed since.
        var email = change.Email == user.Email ? null : change.Email;
        var other = change with
        {
            Email = email,
            Forename = change.Forename == user.Forename ? null : change.Forename,
            Lastname = change.Lastname == user.Lastname ? null : change.Lastname,
            Country = string.Equals(change.Country, user.Country, StringComparison.OrdinalIgnoreCase) ? null : change.Country,
        };
        await CheckTakenAsync(change.UserName, email, key, UserRules.Check(other), cancellation);
        var claimant = email is null ? null : await claims.EndAsync(email, key, cancellation);
        var before = (Name: user.UserName!, Email: user.Email!, Mailbox: user.NormalizedEmail!);
        Apply(other, user);
        var withPassword = shown == Shown.All || (shown == Shown.Password && !user.TwoFactorEnabled);
        await SaveAsync(() => WriteAboutAsync(user, before, withPassword), cancellation);
        return (user, user.UserName != before.Name, claimant);
    }

    /// <exception cref="ApiException">The user asks for too many mails (429).</exception>
    private Task WriteAboutAsync(User user, (string Name, string Email, string Mailbox) before, bool withPassword)
    {
        if (user.NormalizedEmail != before.Mailbox)
        {
            confirmations.CheckLimit(user.Id, user.Email!);
            confirmations.AskAnew(user, before.Email, before.Mailbox, withPassword);
        }

        if (user.UserName != before.Name)
        {
            alarms.AddWithinLimits(user, Alarm.NewName(before.Name));
        }

        return Task.CompletedTask;
    }

    /// <summary>Saves an account, and then what belongs to it, such as mails: nobody else has its name and email by then. What is refused for
    /// that sends none, and must not be counted as if it did.</summary>
    private async Task SaveAsync(Func<Task> goOn, CancellationToken cancellation)
    {
        await db.SaveChangesAsync(cancellation);
        await goOn();
        await db.SaveChangesAsync(cancellation);
    }

    /// <summary>By the email that somebody else has now, whoever claimed it is not let in any more.</summary>
    private void ForgetClaimant(long? claimant)
    {
        if (claimant is { } key)
        {
            callers.ForgetUser(key);
        }
    }

    /// <summary>Looks whether others have the name or the email, and refuses what breaks a rule.</summary>
    private async Task CheckTakenAsync(
        string? userName, string? email, long? own, List<string> broken, CancellationToken cancellation)
    {
        var name = userName?.ToUpperInvariant();
        var others = db.Users.Where(user => user.Id != (own ?? 0));
        var taken = new List<string>();
        if (name is not null && await others.AnyAsync(user => user.NormalizedUserName == name, cancellation))
        {
            taken.Add("username is already registered");
        }

        if (email is not null && await others.KnownBy(email, clock.GetUtcNow()).AnyAsync(cancellation))
        {
            taken.Add("email is already registered");
        }

        if (broken.Count + taken.Count > 0)
        {
            throw ApiException.BrokenRules([.. broken, .. taken]);
        }
    }
}
