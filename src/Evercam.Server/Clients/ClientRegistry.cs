using System.Globalization;
using System.Security.Cryptography;
using Evercam.Server.Http;
using Evercam.Server.Rights;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Clients;

/// <summary>Registers, changes and deletes clients: for the API, the command line and the pages. Whoever asks has the right
/// to.</summary>
internal sealed class ClientRegistry(EvercamDb db, IOptions<ClientOptions> options, TimeProvider clock)
{
    private const int IdLength = 20;
    private const int KeyLength = 32;

    /// <summary>How often a save that someone else got ahead of is tried again, with the rules checked anew.</summary>
    private const int Attempts = 5;

    /// <summary>Registers a client. Its keys are loaded with it.</summary>
    /// <param name="fields">Name and callback URIs; both must be there.</param>
    /// <param name="creatorKey">The user who registers it; <see langword="null"/> for an administrator.</param>
    /// <param name="cancellation">Ends the attempt.</param>
    /// <exception cref="ApiException">It breaks rules or is one too many (400), its name is taken (409), or its creator is gone (401).</exception>
    public async Task<Client> RegisterAsync(ClientFields fields, long? creatorKey, CancellationToken cancellation)
    {
        if (fields is not { Name: { } name, CallbackUris: { } uris })
        {
            throw new ArgumentException("A client needs a name and callback URIs.", nameof(fields));
        }

        Check(fields);
        for (var attempt = 1; ; attempt++)
        {
            await CheckCreatorAsync(creatorKey, cancellation);
            await CheckTakenAsync(name, null, cancellation);
            var now = clock.GetUtcNow().ToUnixTimeSeconds();
            var client = new Client
            {
                Name = name,
                CallbackUris = [.. uris],
                CreatorKey = creatorKey,
                CreatedAt = now,
                UpdatedAt = now,
                Credential = NewKeys(),
            };
            db.Add(client);
            try
            {
                await db.SaveChangesAsync(cancellation);
                return client;
            }
            catch (DbUpdateException refused) when (attempt < Attempts && !refused.IsDatabaseUnavailable())
            {
                // The name was taken meanwhile, or the creator is gone: the next look tells which.
                db.ChangeTracker.Clear();
            }
        }
    }

    /// <summary>In whose name a caller registers clients: the user's own; of a client, that of the user who registered it.</summary>
    /// <exception cref="ApiException">The caller may not, or there is nobody whose it would be: an administrator registered the client, or
    /// its creator is gone (403).</exception>
    public async Task<long> FindCreatorAsync(Caller caller, CancellationToken cancellation)
    {
        if (!RightsRule.MayRegister(caller))
        {
            throw ApiException.Unauthorized();
        }

        return caller.UserKey
            ?? await db.Clients.Where(c => c.Key == caller.ClientKey).Select(c => c.CreatorKey).SingleOrDefaultAsync(cancellation)
            ?? throw ApiException.Unauthorized();
    }

    /// <summary>Changes a client.</summary>
    /// <exception cref="ApiException">The change breaks rules (400), the name is taken (409), or there is no such client any more
    /// (404).</exception>
    public async Task ChangeAsync(long key, ClientFields change, CancellationToken cancellation)
    {
        Check(change);
        for (var attempt = 1; ; attempt++)
        {
            var client = await db.Clients.SingleOrDefaultAsync(c => c.Key == key, cancellation) ?? throw ApiException.NotFound();
            if (change is { Name: null, CallbackUris: null })
            {
                return;
            }

            await CheckTakenAsync(change.Name, key, cancellation);
            client.Name = change.Name ?? client.Name;
            // Both or neither: somebody else may be changing it, and what is as it was read would not be written.
            db.Entry(client).Property(c => c.Name).IsModified = change.Name is not null;
            db.Entry(client).Property(c => c.NormalizedName).IsModified = change.Name is not null;
            client.CallbackUris = change.CallbackUris?.ToList() ?? client.CallbackUris;
            client.UpdatedAt = clock.GetUtcNow().ToUnixTimeSeconds();
            try
            {
                await db.SaveChangesAsync(cancellation);
                return;
            }
            catch (DbUpdateException refused) when (attempt < Attempts && !refused.IsDatabaseUnavailable())
            {
                db.ChangeTracker.Clear();
            }
        }
    }

    /// <summary>Deletes a client with its keys and all that users allowed it. If there is none any more, all is well.</summary>
    public Task DeleteAsync(long key, CancellationToken cancellation) => db.InTurnAsync(
        async () =>
        {
            if (await db.Clients.SingleOrDefaultAsync(c => c.Key == key, cancellation) is { } client)
            {
                // What belongs to it goes after it: those who take the same rows for another reason hold it first (LockOrder).
                db.Remove(client);
            }

            return await db.SaveChangesAsync(cancellation);
        },
        cancellation);

    private static void Check(ClientFields fields)
    {
        if (ClientRules.Check(fields) is { Count: > 0 } broken)
        {
            throw ApiException.BrokenRules(broken);
        }
    }

    private async Task CheckCreatorAsync(long? creatorKey, CancellationToken cancellation)
    {
        if (creatorKey is not { } user)
        {
            return;
        }

        if (!await db.Users.AnyAsync(u => u.Id == user, cancellation))
        {
            throw ApiException.Unauthenticated();
        }

        // Of several at once one or two may slip through: this keeps out thousands, not the one too many.
        if (await db.Clients.CountAsync(c => c.CreatorKey == user, cancellation) >= options.Value.PerUser)
        {
            throw ApiException.BrokenRule(
                string.Create(CultureInfo.InvariantCulture, $"you can have at most {options.Value.PerUser} clients"));
        }
    }

    private async Task CheckTakenAsync(string? name, long? own, CancellationToken cancellation)
    {
        if (name is null)
        {
            return;
        }

        var normalized = Client.Normalize(name);
        if (await db.Clients.AnyAsync(c => c.NormalizedName == normalized && c.Key != (own ?? 0), cancellation))
        {
            throw ApiException.Conflict("Conflict");
        }
    }

    private static ApiCredential NewKeys() => new()
    {
        ApiId = RandomNumberGenerator.GetHexString(IdLength, lowercase: true),
        ApiKey = RandomNumberGenerator.GetHexString(KeyLength, lowercase: true),
    };
}
