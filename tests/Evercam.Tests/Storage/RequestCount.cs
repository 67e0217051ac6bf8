using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace Evercam.Tests.Storage;

/// <summary>Meters of one process.</summary>
internal sealed class TestMeters : IMeterFactory
{
    private readonly List<Meter> meters = [];

    public Meter Create(MeterOptions options)
    {
        options.Scope = this;
        meters.Add(new Meter(options));
        return meters[^1];
    }

    public void Dispose() => meters.ForEach(meter => meter.Dispose());
}

/// <summary>What a process asks of its bucket, by kind.</summary>
internal sealed class RequestCount : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, long> counts = new();

    public RequestCount(IMeterFactory meters)
    {
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (ReferenceEquals(instrument.Meter.Scope, meters))
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, tags, _) =>
        {
            var kind = tags.Length > 0 ? $" {tags[0].Value}" : "";
            counts.AddOrUpdate($"{instrument.Name}{kind}", value, (_, before) => before + value);
        });
        listener.Start();
    }

    public long Puts => Of("evercam.s3.requests put");

    public long Gets => Of("evercam.s3.requests get");

    public long Lists => Of("evercam.s3.requests list");

    public long Pictures => Of("evercam.s3.pictures");

    public void Dispose() => listener.Dispose();

    private long Of(string name) => counts.GetValueOrDefault(name);
}
