using System.Security.Cryptography;
using System.Text;
using Evercam.Server.Http;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.OAuth;

/// <summary>Looks which application asks, and whether its secret is right if it shows one.</summary>
internal sealed class ClientProof(EvercamDb db)
{
    /// <summary>The keys of the application; <see langword="null"/> if there is none with this id, or if the secret is wrong.</summary>
    public async Task<ApiCredential?> FindAsync(string id, string? secret, CancellationToken cancellation)
    {
        var known = ParamText.IsClean(id)
            ? await db.ApiCredentials.AsNoTracking()
                .SingleOrDefaultAsync(credential => credential.ApiId == id && credential.ClientKey != null, cancellation)
            : null;
        return known is null || (secret is { Length: > 0 } && !AreEqual(known.ApiKey, secret)) ? null : known;
    }

    private static bool AreEqual(string known, string shown) =>
        CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(known), Encoding.UTF8.GetBytes(shown));
}
