using System.Diagnostics.Metrics;

namespace Evercam.Storage.S3;

/// <summary>Counts what is asked of the bucket, which is what object storage costs.</summary>
internal sealed class S3Requests
{
    private readonly Counter<long> requests;
    private readonly Counter<long> failures;
    private readonly Counter<long> bytes;
    private readonly Counter<long> pictures;

    /// <summary>Makes the instruments of the meter <c>Evercam.S3</c>.</summary>
    public S3Requests(IMeterFactory meters)
    {
#pragma warning disable CA2000 // The factory disposes of it.
        var meter = meters.Create("Evercam.S3");
#pragma warning restore CA2000
        requests = meter.CreateCounter<long>("evercam.s3.requests", "{request}", "Requests to the bucket, by kind: put, get, list, delete.");
        failures = meter.CreateCounter<long>("evercam.s3.failed_requests", "{request}", "Requests to the bucket that failed, by kind.");
        bytes = meter.CreateCounter<long>("evercam.s3.transferred", "By", "Bytes of objects to and from the bucket, by kind of request.");
        pictures = meter.CreateCounter<long>("evercam.s3.pictures", "{picture}", "Pictures that were put into the bucket.");
    }

    public void Count(string kind, long length)
    {
        requests.Add(1, new KeyValuePair<string, object?>("kind", kind));
        if (length > 0)
        {
            bytes.Add(length, new KeyValuePair<string, object?>("kind", kind));
        }
    }

    public void CountFailure(string kind) => failures.Add(1, new KeyValuePair<string, object?>("kind", kind));

    public void CountPictures(int count) => pictures.Add(count);
}
