using Evercam.Archive;
using Evercam.Storage;
using Evercam.Tests.Archive;
using Evercam.Tests.Snapshots;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Faults;

/// <summary>A disk that others have filled to the last block, so that not even the database has room; and then there is some again.</summary>
public sealed class NoRoomTests
{
    private const long Second = 1_397_651_000;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Whoever_changes_anything_is_told_and_all_that_was_acknowledged_is_there(bool mount)
    {
        using var disk = new SmallDisk(mount);
        await using var app = await StartAsync(disk, disk.Folder);
        var stage = await Stage.SetAsync(app);
        Assert.Equal(200, (await stage.UploadAsync(Second, Stage.JpegWith(1))).Status);

        disk.Fill();
        (await stage.UploadAsync(Second + 1)).Refuses(503, "The archive cannot be changed now");
        (await RenameAsync(stage, "Full")).Refuses(503, "Service unavailable, please try again");
        Assert.Equal(503, (await stage.AskAsync(HttpMethod.Delete, $"snapshots/{Second}", stage.Owner)).Status);
        await ReadsAsync(stage);

        disk.MakeRoom();
        await Eventually.IsTrueAsync(async () => (await RenameAsync(stage, "Roomy")).Status == 200);
        await Eventually.IsTrueAsync(async () => (await stage.UploadAsync(Second + 1, Stage.JpegWith(2))).Status == 200);
        await ReadsAsync(stage);
        Assert.Equal("Roomy", (await stage.FindCameraAsync())!.Name);
        await ProvesItselfAsync(app, [Second, Second + 1], stage);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task What_is_recorded_while_only_the_database_has_no_room_waits_for_it(bool mount)
    {
        using var disk = new SmallDisk(mount);
        using var elsewhere = new TempFolder();
        Directory.CreateSymbolicLink(Path.Combine(disk.Folder, "archive"), elsewhere.Path);
        await using var app = await StartAsync(disk, elsewhere.Path);
        var stage = await Stage.SetAsync(app);
        Assert.Equal(200, (await stage.UploadAsync(Second, Stage.JpegWith(1))).Status);

        disk.Fill();
        var recorded = await Task.WhenAll(Enumerable.Range(1, 5).Select(n => stage.Archive.AppendAsync(
            new NewSnapshot(stage.Key, DateTimeOffset.FromUnixTimeSeconds(Second + n), PictureType.Jpeg, Stage.JpegWith((byte)n)), Cancellation)));
        (await stage.UploadAsync(Second + 10)).Refuses(503, "The archive cannot be changed now");
        Assert.All(recorded, one => Assert.False(one.Durable.IsCompleted));
        await ReadsAsync(stage);

        disk.MakeRoom();
        await Task.WhenAll(recorded.Select(one => one.Durable)).WaitAsync(TimeSpan.FromMinutes(3), Cancellation);
        await ProvesItselfAsync(app, [.. Enumerable.Range(0, 6).Select(n => Second + n)], stage);
    }

    /// <summary>There is room for nothing, for a part of the copy that is kept before, or for that copy and a part of the change.</summary>
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_change_of_the_schema_that_has_no_room_loses_nothing_and_the_next_start_ends_it(bool mount)
    {
        using var disk = new SmallDisk(mount);
        await using var storage = new HalfMigratedStorage(disk.Folder, disk.Catalog);
        await storage.InitializeAsync();
        var (step, refused) = (new FileInfo(Path.Combine(disk.Folder, "evercam.db")).Length / 2, 0);
        for (var room = 0L; await RefusedAsync(room) is { } refusal; room += LongForm.IsOn ? step : Math.Max(step, room))
        {
            refused++;
            Assert.Matches("full|No space", refusal);
            Assert.DoesNotContain('\n', refusal);
            disk.MakeRoom();
            await using var db = storage.OpenCatalog();
            Assert.Equal(1, await db.Database.SqlQuery<int>($"SELECT count(*) AS \"Value\" FROM users").SingleAsync(Cancellation));
        }

        Assert.True(refused > 0);
        await using var after = storage.OpenCatalog();
        Assert.Empty(await after.Database.GetPendingMigrationsAsync(Cancellation));
        Assert.Equal("joe", (await after.Users.SingleAsync(Cancellation)).UserName);
        Assert.True(await after.Vendors.AnyAsync(Cancellation));

        // Starts the program with so much room; a disk that only plays one has none, or enough.
        async Task<string?> RefusedAsync(long room)
        {
            disk.Fill();
            if (room > 0)
            {
                disk.MakeRoom(room);
            }

            try
            {
                await storage.AddProcess().PrepareEvercamStorageAsync(Cancellation);
                return null;
            }
            catch (StorageUnusableException refusal)
            {
                return refusal.Message;
            }
        }
    }

    /// <summary>A server whose database is on the disk, and that gives up nothing to make room.</summary>
    /// <param name="disk">The disk.</param>
    /// <param name="packs">Where the packs lie.</param>
    private static Task<EvercamApp> StartAsync(SmallDisk disk, string packs) => EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["Evercam:DataDirectory"] = disk.Folder,
            ["Evercam:Archive:MinimumFreeBytes"] = "0",
            ["Evercam:Recorder:OnlineCheck"] = "false",
        },
        adjust: builder =>
        {
            builder.Services.AddSingleton(disk.Catalog);
            builder.InterposeIndex(disk.AnswerIndex);
            if (packs == disk.Folder)
            {
                builder.InterposePacks(disk.Answer);
            }
        });

    private static async Task<Reply> RenameAsync(Stage stage, string name)
    {
        using var form = new FormUrlEncodedContent([new("name", name)]);
        return await Stage.AskAsync(stage.App, HttpMethod.Patch, $"cameras/{stage.Id}", stage.Owner, form);
    }

    private static async Task ReadsAsync(Stage stage)
    {
        Assert.Equal(Stage.JpegWith(1), (await stage.GetAsync($"snapshots/{Second}.jpg")).Bytes);
        Assert.Equal(200, (await Stage.AskAsync(stage.App, HttpMethod.Get, $"cameras/{stage.Id}", stage.Owner)).Status);
    }

    /// <summary>The camera has these pictures and no others; what was refused left nothing.</summary>
    private static async Task ProvesItselfAsync(EvercamApp app, IEnumerable<long> seconds, Stage stage)
    {
        Assert.Equal(seconds, (await stage.GetAsync("snapshots")).Seconds);
        var check = app.Services.GetRequiredService<ArchiveCheck>();
        await Eventually.IsTrueAsync(async () => !await check.RunAsync(Cancellation).AnyAsync(Cancellation));
        Assert.Equal(seconds, (await stage.GetAsync("snapshots")).Seconds);
    }
}
