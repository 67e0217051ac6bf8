using System.Security.Cryptography;
using System.Text;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Http;

/// <summary>Finds out who calls: from memory, or by asking the database and verifying.</summary>
internal sealed class CallerSource(
    CallerCache cache, KeyedHash secrets, PasswordDoor door, Sessions sessions, ConfirmationRule confirmation, TimeProvider clock)
{
    /// <exception cref="ApiException">The credentials are wrong, unknown, revoked, expired or not enough (401), or guessed at
    /// (429).</exception>
    public async ValueTask<Caller> IdentifyAsync(HttpContext context)
    {
        var credentials = await Credentials.FindAsync(context);
        return credentials.Scheme switch
        {
            CallerScheme.Anonymous => Caller.Anonymous,
            // Browsers attach cookies without being asked: a stale one must not break what is open to all.
            CallerScheme.Session => await VerifyAsync(credentials, context) ?? Caller.Anonymous,
            _ => await VerifyAsync(credentials, context) ?? throw ApiException.Unauthenticated(),
        };
    }

    /// <summary>Whom these credentials belong to; <see langword="null"/> if they are not good.</summary>
    public ValueTask<Caller?> VerifyAsync(Credentials credentials, HttpContext context)
    {
        var secret = secrets.Of(credentials.Scheme, credentials.First, credentials.Second);
        return cache.Find(secret) is { } known && !HasEnded(known)
            ? ValueTask.FromResult<Caller?>(known)
            : LookUpAsync(credentials, secret, context);
    }

    private async ValueTask<Caller?> LookUpAsync(Credentials credentials, SecretHash secret, HttpContext context)
    {
        var ticket = cache.Ticket;
        var caller = credentials.Scheme switch
        {
            CallerScheme.Basic => await FindByPasswordAsync(credentials.First, context),
            CallerScheme.Keys => await FindByKeysAsync(credentials, context),
            CallerScheme.Session => (await sessions.FindAsync(context))?.Caller,
            CallerScheme.Bearer => await FindByTokenAsync(credentials.First, context),
            _ => null,
        };
        if (caller is not null)
        {
            cache.Keep(ticket, secret, caller);
        }

        return caller;
    }

    private bool HasEnded(Caller caller) => caller.Until <= clock.GetUtcNow();

    private async Task<Caller?> FindByPasswordAsync(string value, HttpContext context)
    {
        if (Credentials.DecodeBasic(value) is not var (login, password))
        {
            return null;
        }

        var db = context.RequestServices.GetRequiredService<EvercamDb>();
        var user = await db.Users.AsNoTracking().WithLogin(login).SingleOrDefaultAsync(context.RequestAborted);
        var opens = await door.OpensAsync(user, login, password, context.Connection.RemoteIpAddress, context.RequestAborted);
        return !opens ? null
            : confirmation.Refuses(user!) ? throw ApiException.NeedsConfirmation()
            : user!.TwoFactorEnabled ? throw ApiException.NeedsCode()
            : new(CallerScheme.Basic) { UserKey = user.Id };
    }

    private async Task<Caller?> FindByTokenAsync(string text, HttpContext context)
    {
        var db = context.RequestServices.GetRequiredService<EvercamDb>();
        var (hash, now) = (RandomSecret.HashOf(text), clock.GetUtcNow().ToUnixTimeSeconds());
        var token = await db.Tokens
            .Where(t => t.Hash == hash && t.Kind == TokenKind.Access && t.RevokedAt == null && t.ExpiresAt > now)
            .Select(t => new { t.ClientKey, t.UserKey, t.Rights, t.ExpiresAt, User = t.User! })
            .SingleOrDefaultAsync(context.RequestAborted);
        return token is null ? null
            : confirmation.Refuses(token.User) ? throw ApiException.NeedsConfirmation()
            : new(CallerScheme.Bearer)
            {
                ClientKey = token.ClientKey,
                Scopes = Scope.Read(token.UserKey, token.Rights),
                Until = DateTimeOffset.FromUnixTimeSeconds(token.ExpiresAt),
            };
    }

    private async Task<Caller?> FindByKeysAsync(Credentials credentials, HttpContext context)
    {
        var cancellation = context.RequestAborted;
        var db = context.RequestServices.GetRequiredService<EvercamDb>();
        var known = await db.ApiCredentials.AsNoTracking().Include(credential => credential.User)
            .SingleOrDefaultAsync(credential => credential.ApiId == credentials.First, cancellation);
        if (!AreEqual(known?.ApiKey ?? "", credentials.Second) || known is null)
        {
            return null;
        }

        if (known.User is { } user && confirmation.Refuses(user))
        {
            throw ApiException.NeedsConfirmation();
        }

        var mustBeConfirmed = confirmation.IsOn;
        return known.ClientKey is not { } client
            ? new(CallerScheme.Keys) { UserKey = known.UserKey }
            : new(CallerScheme.Keys)
            {
                ClientKey = client,
                Scopes = await db.Grants.AsNoTracking().Where(grant => grant.ClientKey == client)
                    .Where(grant => !mustBeConfirmed || grant.User!.ConfirmedAt != null || grant.User.FormerEmailUntil != null)
                    .Select(grant => new Scope(grant.UserKey, grant.Resource, grant.CameraKey, grant.Rights))
                    .ToListAsync(cancellation),
            };
    }

    private static bool AreEqual(string known, string shown) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(shown));
}
