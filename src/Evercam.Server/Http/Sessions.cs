using System.Security.Claims;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Authentication;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>
/// Log-ins with a browser. The cookie holds a random identifier, sealed by the framework's cookie authentication; the
/// database says whether there is such a log-in, so that it can be ended from here.
/// </summary>
internal sealed class Sessions(IOptions<SessionOptions> options, ConfirmationRule confirmation, CallerCache callers, TimeProvider clock)
{
    /// <summary>The name of the cookie, and of the scheme that seals it.</summary>
    public const string Cookie = "evercam_session";

    private const string Identifier = "sid";

    /// <summary>Logs a user in: under a new identifier, whatever the browser had before.</summary>
    /// <param name="context">The request; its answer brings the cookie.</param>
    /// <param name="user">The user as read before the password was verified.</param>
    /// <param name="withCode">Whether a code of the second factor was verified too.</param>
    /// <returns>Whether it was done: not if the account has ended or has another password since, or if it needs a code or a confirmed
    /// email.</returns>
    public async Task<bool> OpenAsync(HttpContext context, User user, bool withCode = false)
    {
        if (confirmation.Refuses(user))
        {
            return false;
        }

        var identifier = RandomSecret.Create();
        var now = clock.GetUtcNow();
        var end = now + options.Value.Lifetime;
        var db = context.RequestServices.GetRequiredService<EvercamDb>();
        var session = new Session
        {
            IdHash = RandomSecret.HashOf(identifier),
            UserKey = user.Id,
            CreatedAt = now.ToUnixTimeSeconds(),
            ExpiresAt = end.ToUnixTimeSeconds(),
        };
        if (!await db.AddSessionAsync(session, user.PasswordHash, withCode, context.RequestAborted))
        {
            return false;
        }

        // Older ones may have ended for it.
        callers.ForgetUser(user.Id);
        await EndAsync(context);
        await context.SignInAsync(
            Cookie,
            new ClaimsPrincipal(new ClaimsIdentity([new Claim(Identifier, identifier)], Cookie)),
            new AuthenticationProperties { IsPersistent = true, IssuedUtc = now, ExpiresUtc = end });
        // The form that led here may be sent again, and must not bring back a cookie that is good for nothing any more.
        context.Features.Set<StillHolds>(again => IsOpenAsync(again, session.IdHash));
        return true;
    }

    /// <summary>Whose log-in the request's cookie belongs to; <see langword="null"/> if there is no cookie, or it is stale or
    /// tampered with.</summary>
    public Task<Visitor?> FindAsync(HttpContext context) => FindAsync(context, context.RequestAborted);

    /// <summary>Logs out.</summary>
    public async Task CloseAsync(HttpContext context)
    {
        await EndAsync(context);
        await context.SignOutAsync(Cookie);
    }

    private Task<bool> IsOpenAsync(HttpContext context, byte[] hash)
    {
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        return context.RequestServices.GetRequiredService<EvercamDb>().Sessions
            .AnyAsync(session => session.IdHash == hash && session.ExpiresAt > now, context.RequestAborted);
    }

    private async Task<Visitor?> FindAsync(HttpContext context, CancellationToken cancellation)
    {
        if (await FindHashAsync(context) is not { } hash)
        {
            return null;
        }

        var db = context.RequestServices.GetRequiredService<EvercamDb>();
        var now = clock.GetUtcNow().ToUnixTimeSeconds();
        var mustBeConfirmed = confirmation.IsOn;
        return await db.Sessions.Where(session => session.IdHash == hash && session.ExpiresAt > now)
            .Where(session => !mustBeConfirmed || session.User!.ConfirmedAt != null || session.User.FormerEmailUntil != null)
            .Select(session => new Visitor(session.UserKey, session.User!.UserName!, session.Key, session.ExpiresAt, session.User.TwoFactorEnabled))
            .SingleOrDefaultAsync(cancellation);
    }

    private static async Task<byte[]?> FindHashAsync(HttpContext context)
    {
        if (!context.Request.Cookies.ContainsKey(Cookie))
        {
            return null;
        }

        var ticket = await context.AuthenticateAsync(Cookie);
        return ticket.Principal?.FindFirstValue(Identifier) is { } identifier ? RandomSecret.HashOf(identifier) : null;
    }

    /// <summary>Ends the log-in that the request's cookie belongs to, if there is one; also if nobody waits for the answer any
    /// more.</summary>
    private async Task EndAsync(HttpContext context)
    {
        if (await FindAsync(context, CancellationToken.None) is not { } visitor)
        {
            return;
        }

        var db = context.RequestServices.GetRequiredService<EvercamDb>();
        try
        {
            await db.Sessions.Where(session => session.Key == visitor.SessionKey).ExecuteDeleteAsync(CancellationToken.None);
        }
        finally
        {
            // Of a failure nobody knows for sure what it left.
            callers.ForgetUser(visitor.UserKey);
        }
    }
}
