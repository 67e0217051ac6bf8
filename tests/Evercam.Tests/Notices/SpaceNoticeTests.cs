using System.Globalization;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
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

    [Fact]
    public async Task What_went_in_the_last_minute_is_in_the_cameras_log_when_the_server_has_stopped()
    {
        const long Floor = 1_000_000;
        var free = Floor;
        var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
        await using var app = await EvercamApp.StartAsync(
            new Dictionary<string, string?> { ["Evercam:Archive:MinimumFreeBytes"] = $"{Floor}" },
            clock,
            adjust: builder => builder.InterposePacks(call => call.Method switch
            {
                "get_FreeBytes" => Volatile.Read(ref free),
                "get_TotalBytes" => 100 * Floor,
                _ => call.GoThrough(),
            }));
        var key = await app.AddCameraAsync("gate", await app.AddUserAsync("joe"));
        var archive = app.Services.GetRequiredService<SnapshotArchive>();
        foreach (var hour in Enumerable.Range(2, 20))
        {
            await archive.SaveAsync(new NewSnapshot(key, clock.GetUtcNow().AddHours(-hour), PictureType.Jpeg, Stage.Jpeg), Cancellation);
        }

        Volatile.Write(ref free, Floor - 1);
        await UntilAsync(async () => await ToldAsync() > 0);
        var told = await ToldAsync();
        Volatile.Write(ref free, Floor - 5_000);
        await UntilAsync(async () => await GoneAsync() > told);
        Assert.Equal(told, await ToldAsync());
        await app.StopAsync();
        Assert.Equal(await GoneAsync(), await ToldAsync());

        // Less than a minute goes by until then.
        Task UntilAsync(Func<Task<bool>> isSo) => Eventually.IsTrueAsync(() =>
        {
            clock.Advance(TimeSpan.FromMilliseconds(50));
            return isSo();
        });

        async Task<long> GoneAsync() => 20 - (await archive.SumAsync(key, Cancellation)).Pictures;

        async Task<int> ToldAsync() => (await app.StoreAsync(db => db.Activities
                .Where(line => line.CameraKey == key && line.Kind == ActivityKind.MadeRoom).Select(line => line.Detail).ToListAsync(Cancellation)))
            .Sum(detail => int.Parse(detail!.Split(' ')[0], CultureInfo.InvariantCulture));
    }
}
