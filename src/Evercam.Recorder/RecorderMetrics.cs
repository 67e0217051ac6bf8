using System.Diagnostics.Metrics;
using Evercam.CameraClient;
using Evercam.Storage.Catalog;

namespace Evercam.Recorder;

/// <summary>What the recorders count, all together: which camera it was, the log tells. Nothing is allocated for a picture.</summary>
internal sealed class RecorderMetrics
{
    private static readonly CoverageStatus[] Failures =
        [CoverageStatus.Offline, CoverageStatus.Unauthorized, CoverageStatus.DiskFull, CoverageStatus.NoRoom,
            CoverageStatus.ServerDown];

    private static readonly InstrumentAdvice<double> Seconds =
        new() { HistogramBucketBoundaries = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10] };

    private readonly Counter<long> recorded;
    private readonly Counter<long> late;
    private readonly Counter<long> failed;
    private readonly Histogram<double> fetching;

    /// <summary>Makes the instruments of the meter <c>Evercam.Recorder</c>. What has not happened yet is told as 0.</summary>
    public RecorderMetrics(IMeterFactory meters)
    {
        var meter = meters.Create("Evercam.Recorder");
        recorded = meter.CreateCounter<long>("evercam.pictures.recorded", "{picture}", "Pictures that were recorded and are durable.");
        late = meter.CreateCounter<long>("evercam.pictures.late", "{picture}", "Recorded pictures that came when the next one was due.");
        failed = meter.CreateCounter<long>("evercam.pictures.failed", "{picture}", "Pictures that were due and not recorded, by reason.");
        fetching = meter.CreateHistogram(
            "evercam.fetch.duration", "s", "How long cameras took to give a picture, or not.", tags: null, advice: Seconds);
        recorded.Add(0);
        late.Add(0);
        foreach (var failure in Failures)
        {
            failed.Add(0, Reason(failure));
        }
    }

    /// <summary>A picture that was due is recorded, or not.</summary>
    public void Recorded(CoverageStatus outcome)
    {
        if (outcome == CoverageStatus.Recorded)
        {
            recorded.Add(1);
        }
        else
        {
            failed.Add(1, Reason(outcome));
        }
    }

    /// <summary>A picture came when the next one was due.</summary>
    public void Late() => late.Add(1);

    /// <summary>A camera was asked for a picture.</summary>
    /// <param name="took">How long that took.</param>
    /// <param name="fault">Why there is none; <see langword="null"/> if there is one.</param>
    public void Fetched(TimeSpan took, CameraFault? fault) => fetching.Record(took.TotalSeconds, Outcome(fault));

    private static KeyValuePair<string, object?> Outcome(CameraFault? fault) => new("outcome", fault switch
    {
        null => "picture",
        CameraFault.Unauthorized => "unauthorized",
        _ => "offline",
    });

    private static KeyValuePair<string, object?> Reason(CoverageStatus outcome) => new("reason", outcome switch
    {
        CoverageStatus.Offline => "offline",
        CoverageStatus.Unauthorized => "unauthorized",
        CoverageStatus.DiskFull => "disk_full",
        CoverageStatus.NoRoom => "no_room",
        _ => "server_down",
    });
}
