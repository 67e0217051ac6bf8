using System.Globalization;
using System.Text.RegularExpressions;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Pages;

public sealed class SqliteStartPageTests(SqliteApp shared) : StartPageTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresStartPageTests(PostgresApp shared) : StartPageTests(shared), IClassFixture<PostgresApp>;

/// <summary>Where everyone begins: users with their cameras, others with what this is.</summary>
public abstract partial class StartPageTests(SharedApp shared) : IAsyncLifetime
{
    private Surfer surfer = null!;
    private TestUser joe = null!;
    private TestUser ann = null!;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        surfer = new(App);
        joe = await App.AddUserAsync(CatalogRows.Fresh("joe"));
        ann = await App.AddUserAsync(CatalogRows.Fresh("ann"));
    }

    public ValueTask DisposeAsync()
    {
        surfer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_visitor_reads_what_this_is_and_how_to_come_in()
    {
        var page = await surfer.GetAsync("/");
        Assert.Equal(200, page.Status);
        Assert.Contains("href=\"/signup\"", page.Body, StringComparison.Ordinal);
        Assert.Contains("href=\"/login\"", page.Body, StringComparison.Ordinal);
        Assert.DoesNotContain("Log out", page.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_has_no_cameras_is_told_how_to_get_some()
    {
        await App.AddCameraAsync(CatalogRows.Fresh("camera-"), ann, isPublic: true);
        await surfer.LogInAsync(joe);
        var page = await surfer.GetAsync("/");
        Assert.Contains("There are no cameras here yet", page.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/cameras/new\"", page.Body, StringComparison.Ordinal);
        Assert.Empty(Tiles(page));
    }

    [Fact]
    public async Task A_user_sees_the_own_cameras_and_those_shared_as_far_as_shared()
    {
        var (own, shown, hidden, open) = (await AddAsync("A <b>own</b>", joe), await AddAsync("B shown", ann), await AddAsync("C hidden", ann), await AddAsync("D open", ann));
        await AddAsync("E a stranger's", ann);
        await App.ShareAsync(shown, ann, joe, CameraRights.List | CameraRights.Snapshot | CameraRights.View);
        await App.ShareAsync(hidden, ann, joe, CameraRights.Snapshot);
        await App.ShareAsync(open, ann, joe, CameraRights.List);
        await KeepAsync(own, 1_400_000_000);
        await KeepAsync(open, 1_400_000_000);
        await surfer.LogInAsync(joe);
        var page = await surfer.GetAsync("/");
        Assert.Equal(["A <b>own</b>", "B shown", "D open"], Tiles(page).Select(tile => tile.Name));
        Assert.DoesNotContain("<b>", page.Body, StringComparison.Ordinal);
        Assert.Equal([true, true, false], Tiles(page).Select(tile => tile.IsLive));
        Assert.Contains("Last kept picture: 13 May 2014, 17:53", Tiles(page)[0].Text, StringComparison.Ordinal);
        Assert.Matches(
            "<img src=\"/v1/cameras/[^\"/]+/snapshots/1400000000\\.jpg\\?width=320\" alt=\"The last kept picture of A [^\"]+\" loading=\"lazy\"", Tiles(page)[0].Body);
        Assert.All(Tiles(page).Skip(1), tile => Assert.DoesNotContain("/snapshots/", tile.Body, StringComparison.Ordinal));
        Assert.DoesNotContain("Last kept picture", Tiles(page)[2].Text, StringComparison.Ordinal);
        Assert.Equal([false, true, true], Tiles(page).Select(tile => tile.Text.Contains($"Shared by {ann.Name}", StringComparison.Ordinal)));
        Assert.Contains("You may not see its live picture", Tiles(page)[2].Text, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(null, null, "not asked yet")]
    [InlineData(true, 1_400_000_000L, "online")]
    [InlineData(false, 1_400_000_000L, "offline since 13 May 2014, 17:53")]
    public async Task A_camera_is_shown_with_its_state_and_its_live_picture(bool? isOnline, long? lastOnlineAt, string words)
    {
        var key = await AddAsync("Yard", joe);
        await App.StoreAsync(db => db.Cameras.Where(camera => camera.Key == key).ExecuteUpdateAsync(
            set => set.SetProperty(camera => camera.IsOnline, isOnline).SetProperty(camera => camera.LastOnlineAt, lastOnlineAt), Cancellation));
        await surfer.LogInAsync(joe);
        var tile = Assert.Single(Tiles(await surfer.GetAsync("/")));
        Assert.Contains($"Yard {words}", tile.Text, StringComparison.Ordinal);
        Assert.Matches("<img src=\"/v1/cameras/[^\"]+/snapshot.jpg\\?width=640\" alt=\"What Yard shows now\" loading=\"lazy\"", tile.Body);
    }

    [Fact]
    public async Task Many_cameras_are_paged_through_by_name()
    {
        await AddManyAsync(joe, 50);
        await surfer.LogInAsync(joe);
        var first = await surfer.GetAsync("/");
        Assert.Equal(24, Tiles(first).Count);
        Assert.Contains("Page 1 of 3", first.Text, StringComparison.Ordinal);
        Assert.Contains("href=\"/?page=2\"", first.Body, StringComparison.Ordinal);
        var all = new List<string>();
        for (var number = 1; number <= 3; number++)
        {
            all.AddRange(Tiles(await surfer.GetAsync($"/?page={number}")).Select(tile => tile.Name));
        }

        Assert.Equal(Enumerable.Range(0, 50).Select(number => $"Camera {number:000}"), all);
        foreach (var (odd, number) in new[] { ("0", 1), ("-7", 1), ("x", 1), ("%00", 1), ("99999999999999999999", 1), ("4", 3), ("9223372036854775807", 3) })
        {
            Assert.Contains($"Page {number} of 3", (await surfer.GetAsync($"/?page={odd}")).Text, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_thousand_cameras_take_as_many_questions_as_a_few()
    {
        await AddManyAsync(joe, 30);
        await AddManyAsync(ann, 1_000);
        var few = await MeasureAsync(joe);
        var many = await MeasureAsync(ann);
        Assert.Equal(few, many);

        async Task<(int Count, int Rows)> MeasureAsync(TestUser user)
        {
            using var window = new Surfer(App);
            await window.LogInAsync(user);
            var tries = new List<(int Count, int Rows)>();
            for (var attempt = 0; attempt < 5; attempt++)
            {
                shared.Statements.Take();
                await window.GetAsync("/");
                tries.Add(shared.Statements.Take());
            }

            return tries.Min();
        }
    }

    private async Task<long> AddAsync(string name, TestUser owner)
    {
        var key = await App.AddCameraAsync(CatalogRows.Fresh("camera-"), owner);
        await App.StoreAsync(db => db.Cameras.Where(camera => camera.Key == key).ExecuteUpdateAsync(
            set => set.SetProperty(camera => camera.Name, name).SetProperty(camera => camera.Timezone, "Europe/Dublin"), Cancellation));
        return key;
    }

    /// <summary>Cameras whose names are in order, and their keys are not.</summary>
    private Task AddManyAsync(TestUser owner, int count) => App.StoreAsync(async db =>
    {
        foreach (var number in Enumerable.Range(0, count).Reverse())
        {
            db.Add(new Camera
            {
                Key = CameraKeys.Next(TimeProvider.System),
                Id = CatalogRows.Fresh("camera-"),
                Name = string.Create(CultureInfo.InvariantCulture, $"Camera {number:000}"),
                OwnerKey = owner.Key,
                IsPublic = false,
                CreatedAt = CatalogRows.Now,
                UpdatedAt = CatalogRows.Now,
            });
        }

        await db.SaveChangesAsync(Cancellation);
    });

    /// <summary>A picture, as far as the index knows.</summary>
    private async Task KeepAsync(long camera, long second)
    {
        var moment = DateTimeOffset.FromUnixTimeSeconds(second);
        Assert.Empty(await App.Services.GetRequiredService<ISnapshotIndex>().AddAsync(
            [
                new Snapshot
                {
                    CameraKey = camera,
                    TakenAt = moment,
                    Type = PictureType.Jpeg,
                    Address = new PackAddress(PackName.Of(camera, moment), 0, 0, 512, 1),
                    Hash = ContentHash.Of([1]),
                },
            ],
            Cancellation));
    }

    private static List<(string Name, string Text, string Body, bool IsLive)> Tiles(Sight page) =>
    [
        .. Tile().Matches(page.Body).Select(match =>
        {
            var tile = page with { Body = match.Value };
            var name = page with { Body = Heading().Match(match.Value).Value };
            return (name.Text, tile.Text, tile.Body, tile.Body.Contains("/snapshot.jpg?width=640\"", StringComparison.Ordinal));
        }),
    ];

    [GeneratedRegex("<li class=\"mud-paper mud-elevation-1 tile\">.*?</li>", RegexOptions.Singleline)]
    private static partial Regex Tile();

    [GeneratedRegex("<h2>.*?</h2>", RegexOptions.Singleline)]
    private static partial Regex Heading();
}
