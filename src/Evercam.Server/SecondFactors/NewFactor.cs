using System.Globalization;
using System.Security.Cryptography;
using Evercam.Server.Http;
using Microsoft.AspNetCore.DataProtection;

namespace Evercam.Server.SecondFactors;

/// <summary>A secret that was shown to a user and is not theirs yet: it becomes so with the first right code.</summary>
/// <param name="UserKey">To whom it was shown.</param>
/// <param name="Secret">The secret.</param>
internal sealed record NewFactor(long UserKey, byte[] Secret)
{
    public static NewFactor For(long userKey) => new(userKey, TimeCode.NewSecret());

    /// <summary>As a person types it into an app, in groups of four.</summary>
    public string Key => string.Join(' ', Base32.Encode(Secret).Chunk(4).Select(group => new string(group)));

    /// <summary>As an app reads it.</summary>
    /// <param name="host">The server: a user may have accounts on several, and apps tell them apart by this name.</param>
    /// <param name="userName">How the user is called.</param>
    public string Uri(string host, string userName)
    {
        var server = System.Uri.EscapeDataString($"Evercam {host}");
        return $"otpauth://totp/{server}:{System.Uri.EscapeDataString(userName)}?secret={Base32.Encode(Secret)}&issuer={server}";
    }

    /// <summary>Never the secret.</summary>
    public override string ToString() => $"{nameof(NewFactor)} {UserKey}";
}

/// <summary>Hands new factors to the page and takes them back with its form, sealed: so nothing is kept of those that nobody
/// confirms.</summary>
internal sealed class NewFactors(IDataProtectionProvider protection, TimeProvider clock)
{
    private static readonly TimeSpan Lifetime = TimeSpan.FromHours(1);

    private readonly IDataProtector seal = protection.CreateProtector("Evercam.Server", "new second factor");

    public string Seal(NewFactor factor)
    {
        var end = (clock.GetUtcNow() + Lifetime).ToUnixTimeSeconds();
        return seal.Protect(string.Create(CultureInfo.InvariantCulture, $"{factor.UserKey} {end} {Convert.ToBase64String(factor.Secret)}"));
    }

    /// <summary>What was sealed; <see langword="null"/> if it was not, or for someone else, or too long ago.</summary>
    public NewFactor? Open(long userKey, string text)
    {
        try
        {
            var parts = seal.Unprotect(text).Split(' ');
            return long.Parse(parts[0], CultureInfo.InvariantCulture) == userKey
                && long.Parse(parts[1], CultureInfo.InvariantCulture) > clock.GetUtcNow().ToUnixTimeSeconds()
                    ? new(userKey, Convert.FromBase64String(parts[2]))
                    : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
