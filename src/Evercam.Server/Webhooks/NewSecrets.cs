using System.Globalization;
using System.Security.Cryptography;
using Evercam.Server.Http;
using Evercam.Server.Pages;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.DataProtection;

namespace Evercam.Server.Webhooks;

/// <summary>Carries the new secret of a webhook to the page that shows it, once: sealed, because it travels in a cookie, which goes to
/// whatever else this host serves, and good for this webhook and this log-in only.</summary>
internal sealed class NewSecrets(IDataProtectionProvider secrets)
{
    private const string Kind = "webhook-secret";

    /// <summary>Leaves a secret for the next page.</summary>
    public void Leave(Webhook webhook, HttpContext context) =>
        new Notice(Kind, ProtectorOf(webhook, context).Protect(webhook.Secret)).Leave(context);

    /// <summary>Takes the secret; <see langword="null"/> if none was left, or that of another webhook.</summary>
    public string? Take(Webhook webhook, HttpContext context)
    {
        if (Notice.Take(context) is not { Kind: Kind, Typed: { Length: > 0 } text })
        {
            return null;
        }

        try
        {
            return ProtectorOf(webhook, context).Unprotect(text);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }

    private IDataProtector ProtectorOf(Webhook webhook, HttpContext context) => secrets.CreateProtector(
        "Evercam.Server",
        "Webhook secret",
        webhook.Key.ToString(CultureInfo.InvariantCulture),
        Visitor.Of(context)!.SessionKey.ToString(CultureInfo.InvariantCulture));
}
