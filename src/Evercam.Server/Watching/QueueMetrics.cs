using System.Diagnostics.Metrics;
using Evercam.Storage.Catalog;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Server.Watching;

/// <summary>How much waits in the catalog to be sent, as of the last look.</summary>
internal sealed class QueueMetrics
{
    private readonly IDbContextFactory<EvercamDb> catalogs;
    private Lengths? latest;

    public QueueMetrics(IMeterFactory meters, IDbContextFactory<EvercamDb> catalogs)
    {
        this.catalogs = catalogs;
        var meter = meters.Create("Evercam.Server");
        meter.CreateObservableGauge("evercam.webhooks.waiting", Deliveries, "{delivery}", "Deliveries to webhooks that wait.");
        meter.CreateObservableGauge("evercam.mails.waiting", Mails, "{mail}", "Mails that wait.");
    }

    public async Task LookAsync(CancellationToken cancellation)
    {
        try
        {
            await using var db = await catalogs.CreateDbContextAsync(cancellation);
            Volatile.Write(ref latest, new(
                await db.Deliveries.CountAsync(delivery => delivery.DueAt != null, cancellation), await db.Mails.CountAsync(cancellation)));
        }
        catch
        {
            // What nobody knows any more must not look like what is.
            Volatile.Write(ref latest, null);
            throw;
        }
    }

    private IEnumerable<Measurement<int>> Deliveries() => Volatile.Read(ref latest) is { } lengths ? [new(lengths.Deliveries)] : [];

    private IEnumerable<Measurement<int>> Mails() => Volatile.Read(ref latest) is { } lengths ? [new(lengths.Mails)] : [];

    private sealed record Lengths(int Deliveries, int Mails);
}
