using Evercam.Server.Setup;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Notices;

/// <summary>Once an hour: deletes the notices, and with them the logs of webhooks, that are older than <see cref="NoticeOptions.KeepDays"/>, in pieces, so that nobody
/// waits long for the database.</summary>
internal sealed class NoticeUpkeep(
    IDbContextFactory<EvercamDb> catalogs, IOptions<NoticeOptions> options, IOtherServers others, TimeProvider clock, ILogger<NoticeUpkeep> log)
    : HourlyUpkeep("Old notices could not be deleted", others, clock, log)
{
    private const int Piece = 5_000;

    /// <summary>Deletes what is too old.</summary>
    internal override async Task RunAsync(CancellationToken cancellation)
    {
        await using var db = await catalogs.CreateDbContextAsync(cancellation);
        var before = Clock.GetUtcNow().AddDays(-options.Value.KeepDays).ToUnixTimeSeconds();

        // Trials stand in no notice; a user asks for few.
        await db.Deliveries.Where(d => d.NoticeKey == null && d.CreatedAt < before).ExecuteDeleteAsync(cancellation);

        var old = await db.NoticesBeforeAsync(before, cancellation);
        int deleted;
        do
        {
            deleted = await old.OrderBy(n => n.HappenedAt).Take(Piece).ExecuteDeleteAsync(cancellation);
        }
        while (deleted == Piece);
    }
}
