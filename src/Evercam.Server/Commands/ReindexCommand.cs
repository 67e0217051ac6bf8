using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Server.Rights;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Commands;

/// <summary><c>evercam reindex</c>: rebuilds the index from the packs, and cameras that the database has lost from the cards beside
/// them. The server must not run.</summary>
internal static class ReindexCommand
{
    private static readonly string[] Texts = ["id", "owner", "name", "timezone"];

    /// <summary>Exits with 0, or with 1 if there are packs of cameras that nobody owns, packs that cannot be read, or deleted pictures that
    /// cannot be erased.</summary>
    /// <param name="services">The server's.</param>
    /// <param name="heir">User name of who gets cameras whose owner is not known, also those of which nothing is; <see langword="null"/> for
    /// nobody.</param>
    /// <param name="output">Where to say what is found.</param>
    /// <param name="cancellation">Stops after the pack at hand.</param>
    public static async Task<int> RunAsync(
        IServiceProvider services, string? heir, CommandOutput output, CancellationToken cancellation)
    {
        var reindex = services.GetRequiredService<ArchiveReindex>();
        var cameras = new HashSet<long>();
        await ErrorConsole.ShowProgressAsync("Reindex", output, (tell, say) => reindex.RunAsync(
            (pack, pictures) =>
            {
                cameras.Add(pack.CameraKey);
                say($"{pack}: {pictures} pictures");
            },
            tell,
            cancellation));
        cameras.UnionWith(reindex.Unreadable.Select(bad => bad.Pack?.CameraKey).OfType<long>());
        var orphans = await RestoreLostAsync(services, cameras, heir, output, cancellation);
        if (reindex.Refused > 0)
        {
            await CommandOutput.ComplainAsync(
                $"{reindex.Refused} erasures of deleted pictures were refused by the disk; the server tries them again");
        }

        foreach (var bad in reindex.Unreadable)
        {
            await CommandOutput.ComplainAsync($"{bad}; what the index knows of it stays as it was");
        }

        await output.TellAsync($"{reindex.Pictures} pictures are in the index");
        await output.TellAsync(new JsonObject
        {
            ["pictures"] = reindex.Pictures,
            ["orphans"] = orphans,
            ["refused_erasures"] = reindex.Refused,
            ["unreadable"] = CommandOutput.List(reindex.Unreadable.Select(bad => (JsonNode?)$"{bad}")),
        });
        return orphans == 0 && reindex.Refused == 0 && reindex.Unreadable.Count == 0 ? 0 : 1;
    }

    /// <summary>Brings back the cameras that the database has lost: first those whose cards say their ids, for one that is made up for
    /// another camera might be one of these.</summary>
    /// <returns>How many stay lost.</returns>
    private static async Task<int> RestoreLostAsync(
        IServiceProvider services, HashSet<long> cameras, string? heir, CommandOutput output, CancellationToken cancellation)
    {
        var catalogs = services.GetRequiredService<IDbContextFactory<EvercamDb>>();
        var packs = services.GetRequiredService<IPackStore>();
        var (orphans, nameless) = (0, new List<(long Key, string Lack)>());
        foreach (var key in cameras)
        {
            await using var db = await catalogs.CreateDbContextAsync(cancellation);
            if (await db.Cameras.AnyAsync(c => c.Key == key, cancellation))
            {
                continue;
            }

            byte[]? card;
            try
            {
                card = await packs.ReadCardAsync(key, cancellation);
            }
            catch (Exception reason) when (UnreadablePack.IsMeantBy(reason))
            {
                await CommandOutput.ComplainAsync($"{key}: no camera, and its card cannot be read: {reason.Message}; its pictures stay unseen");
                orphans++;
                continue;
            }

            if (card is not null && Read(card) is { } said)
            {
                orphans += await TryRestoreAsync(services, db, key, said, heir, output, cancellation) ? 0 : 1;
            }
            else
            {
                nameless.Add((key, card is null ? "no card that says which it was" : "its card is damaged"));
            }
        }

        foreach (var (key, lack) in nameless)
        {
            if (heir is null)
            {
                await CommandOutput.ComplainAsync(
                    $"{key}: no camera, and {lack}; its pictures stay unseen, unless --owner NAME says who gets them");
                orphans++;
                continue;
            }

            await using var db = await catalogs.CreateDbContextAsync(cancellation);
            var said = await MakeUpAsync(db, key, cancellation);
            orphans += await TryRestoreAsync(services, db, key, said, heir, output, cancellation) ? 0 : 1;
        }

        return orphans;
    }

    private static async Task<bool> TryRestoreAsync(
        IServiceProvider services, EvercamDb db, long key, Dictionary<string, string> said, string? heir, CommandOutput output,
        CancellationToken cancellation)
    {
        var (id, owner) = (said["id"], heir ?? said["owner"]);
        var user = await db.Users.WithLogin(owner).SingleOrDefaultAsync(cancellation);
        if (user is null || await db.Cameras.AnyAsync(c => c.Id == id, cancellation))
        {
            await (user is null
                ? CommandOutput.ComplainAsync(said.TryGetValue("owner", out var former)
                    ? $"{key}: camera '{id}' belonged to '{former}', and '{owner}' has no account; name another with --owner NAME"
                    : $"{key}: '{owner}' has no account; name another with --owner NAME")
                : CommandOutput.ComplainAsync($"{key}: there is another camera '{id}' now; its pictures stay unseen"));
            return false;
        }

        var now = services.GetRequiredService<TimeProvider>().GetUtcNow().ToUnixTimeSeconds();
        db.Cameras.Add(new Camera
        {
            Key = key,
            Id = id,
            Name = said["name"],
            OwnerKey = user.Id,
            Timezone = said["timezone"],
            IsPublic = false,
            CreatedAt = now,
            UpdatedAt = now,
        });
        await db.SaveChangesAsync(cancellation);
        await output.TellAsync($"{key}: camera '{id}' is back, private, without host and password, owned by '{owner}'");
        return true;
    }

    /// <summary>What stands for a card that is missing or damaged: the camera's number, which its folder says, in an id that is free.</summary>
    private static async Task<Dictionary<string, string>> MakeUpAsync(EvercamDb db, long key, CancellationToken cancellation)
    {
        var number = key.ToString(CultureInfo.InvariantCulture);
        var id = $"camera-{number}";
        for (var other = 2; await db.Cameras.AnyAsync(c => c.Id == id, cancellation); other++)
        {
            id = string.Create(CultureInfo.InvariantCulture, $"camera-{number}-{other}");
        }

        return new() { ["id"] = id, ["name"] = $"Camera {number}", ["timezone"] = Camera.DefaultTimezone };
    }

    /// <summary>The card's texts; <see langword="null"/> if it is not whole.</summary>
    private static Dictionary<string, string>? Read(byte[] card)
    {
        try
        {
            using var said = JsonDocument.Parse(card);
            return Texts.ToDictionary(name => name, name => said.RootElement.GetProperty(name).GetString() ?? "");
        }
        catch (Exception damage) when (damage is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            return null;
        }
    }
}
