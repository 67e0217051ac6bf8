using System.Globalization;
using System.Security.Cryptography;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.LogIn;

/// <summary>Log-ins whose password was right, and whose code is missing. They travel in a sealed cookie: nobody is logged in by
/// one.</summary>
internal sealed class HalfLogIns(IDataProtectionProvider protection, EvercamDb db, TimeProvider clock)
{
    internal const string Cookie = "evercam_half";
    private static readonly TimeSpan Lifetime = TimeSpan.FromMinutes(10);

    private readonly IDataProtector seal = protection.CreateProtector("Evercam.Server", "half a log-in");

    /// <summary>Remembers that this browser's user knows the password.</summary>
    public void Begin(HttpContext context, User user)
    {
        var end = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        var (key, id, stamp) = (user.Id, RandomSecret.Create(), user.SecurityStamp);
        // The stamp changes with the password, and when the factor is switched.
        var text = string.Create(CultureInfo.InvariantCulture, $"{key} {end} {id} {stamp}");
        context.Response.Cookies.Append(Cookie, seal.Protect(text), Attributes(context, Lifetime));
        // The form that led here may be sent again, and must not bring back a half that has tried all its codes, or that is none any more.
        context.Features.Set<StillHolds>(async again => again.RequestServices.GetRequiredService<CodeDoor>().MayTryAgain(id)
            && await again.RequestServices.GetRequiredService<EvercamDb>().Users.AnyAsync(
                u => u.Id == key && u.TwoFactorEnabled && u.SecurityStamp == stamp, again.RequestAborted));
    }

    /// <summary>Who is half-way; <see langword="null"/> if nobody is, or if something has changed since.</summary>
    public async Task<HalfLogIn?> FindAsync(HttpContext context, CancellationToken cancellation)
    {
        if (context.Request.Cookies[Cookie] is not { Length: > 0 } text || Open(text) is not var (key, id, stamp))
        {
            return null;
        }

        var user = await db.Users.AsNoTracking().SingleOrDefaultAsync(u => u.Id == key && u.TwoFactorEnabled, cancellation);
        return user?.SecurityStamp == stamp ? new(id, user!) : null;
    }

    /// <summary>Forgets it.</summary>
    public static void End(HttpContext context)
    {
        if (context.Request.Cookies.ContainsKey(Cookie))
        {
            context.Response.Cookies.Delete(Cookie, Attributes(context, lifetime: null));
        }
    }

    private (long UserKey, string Id, string Stamp)? Open(string text)
    {
        try
        {
            var parts = seal.Unprotect(text).Split(' ', 4);
            return long.Parse(parts[1], CultureInfo.InvariantCulture) > clock.GetUtcNow().ToUnixTimeSeconds()
                ? (long.Parse(parts[0], CultureInfo.InvariantCulture), parts[2], parts[3])
                : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private static CookieOptions Attributes(HttpContext context, TimeSpan? lifetime) => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Lax,
        Secure = context.Request.IsHttps,
        Path = "/login",
        MaxAge = lifetime,
    };
}

/// <summary>A log-in whose code is missing.</summary>
/// <param name="Id">What tells it from others of the same user.</param>
/// <param name="User">Who knows the password.</param>
internal sealed record HalfLogIn(string Id, User User)
{
    /// <summary>Never the id, which the cookie holds.</summary>
    public override string ToString() => $"{nameof(HalfLogIn)} {User.Id}";
}
