using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Cluster;

/// <summary>What a server does no more, and keeps no more, of a camera that another one has taken; and what it cannot bring back.</summary>
public sealed class LostCameraTests(PostgresStorage storage, SwiftServer swift) : IClassFixture<PostgresStorage>, IAsyncLifetime
{
    private static readonly DateTimeOffset Ten = new(2026, 11, 23, 10, 0, 0, TimeSpan.Zero);

    private readonly FakeTimeProvider clock = new(Ten.AddMinutes(5));
    private readonly long camera = CameraKeys.Next(TimeProvider.System);
    private ArchiveNode first = null!;
    private ArchiveNode second = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        var bucket = await swift.CreateBucketAsync();
        first = new ArchiveNode(storage, bucket, clock, $"a-{camera}");
        second = new ArchiveNode(storage, bucket, clock, $"b-{camera}");
        await first.Archive.StartAsync(Cancellation);
        await second.Archive.StartAsync(Cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await first.DisposeAsync();
        await second.DisposeAsync();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_put_late_goes_with_its_range_when_that_is_deleted(bool isThereBefore)
    {
        await first.BeginAsync(camera);
        await first.UploadAsync(camera, Ten);
        await first.RecordAsync(camera, Ten.AddSeconds(10));
        await second.BeginAsync(camera);
        await second.UploadAsync(camera, Ten.AddSeconds(20));
        if (isThereBefore)
        {
            await first.Archive.DisposeAsync();
        }

        await second.Archive.DeleteAsync(camera, Ten, Ten.AddSeconds(15), Cancellation);
        await first.Archive.DisposeAsync();
        clock.Advance(TimeSpan.FromHours(1));
        await second.Archive.SealFinishedAsync(Cancellation);
        Assert.Equal([Ten.AddSeconds(20)], await second.ListAsync(camera, Ten));
        Assert.Empty(await second.CheckAsync(camera));
    }
}
