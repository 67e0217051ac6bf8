using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Notices;

/// <summary>That space runs low is told by whoever looks at it.</summary>
public sealed class SpaceNoticeTests
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Too_little_space_is_told_once_to_whoever_has_a_camera()
    {
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var app = await EvercamApp.StartAsync(
            null, clock, adjust: builder => builder.InterposePacks(call => call.Method is "get_FreeBytes" ? 0L : call.GoThrough()));
        var owner = CatalogRows.User();
        await app.StoreAsync(async db =>
        {
            db.Add(owner);
            await db.SaveChangesAsync(Cancellation);
            db.Add(CatalogRows.Camera(owner));
            await db.SaveChangesAsync(Cancellation);
        });
        await Eventually.IsTrueAsync(async () =>
        {
            clock.Advance(TimeSpan.FromSeconds(1));
            return await app.StoreAsync(db => db.Notices.AnyAsync(Cancellation));
        });
        var told = await app.StoreAsync(db => db.Notices.SingleAsync(Cancellation));
        Assert.Equal((NoticeKind.SpaceLow, owner.Id), (told.Kind, told.OwnerKey));
    }
}
