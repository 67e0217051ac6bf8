using System.Globalization;
using System.Security.Cryptography;
using Evercam.Server.Http;
using Microsoft.AspNetCore.DataProtection;

namespace Evercam.Server.Cameras;

/// <summary>Carries a camera's password through a page that comes back, after a test or a mistake elsewhere: sealed, so that the page
/// does not show it to anyone, good for a quarter of an hour and for one log-in. Typing it anew each time would be the other way;
/// then what is saved could differ from what was tested.</summary>
internal sealed class KeptPasswords(IDataProtectionProvider secrets, TimeProvider clock)
{
    private static readonly TimeSpan Life = TimeSpan.FromMinutes(15);

    public string Seal(Visitor visitor, string password)
    {
        var end = (clock.GetUtcNow() + Life).ToUnixTimeSeconds();
        return ProtectorOf(visitor).Protect(string.Create(CultureInfo.InvariantCulture, $"{end} {password}"));
    }

    /// <summary>The password; <see langword="null"/> if the seal is broken, another's, or too old.</summary>
    public string? Open(Visitor visitor, string text)
    {
        try
        {
            var parts = ProtectorOf(visitor).Unprotect(text).Split(' ', 2);
            var end = DateTimeOffset.FromUnixTimeSeconds(long.Parse(parts[0], CultureInfo.InvariantCulture));
            return end > clock.GetUtcNow() ? parts[1] : null;
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector ProtectorOf(Visitor visitor) => secrets.CreateProtector(
        "Evercam.Server", "Camera form", visitor.SessionKey.ToString(CultureInfo.InvariantCulture));
}
