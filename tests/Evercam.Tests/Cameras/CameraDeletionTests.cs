using System.Data.Common;
using System.Net.Http.Headers;
using Evercam.Archive;
using Evercam.Server.Cameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;
using static Evercam.Tests.People;

namespace Evercam.Tests.Cameras;

public sealed class SqliteCameraDeletionTests(SqliteApp shared) : CameraDeletionTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresCameraDeletionTests(PostgresApp shared) : CameraDeletionTests(shared), IClassFixture<PostgresApp>;

/// <summary><c>DELETE /cameras/{id}</c> (contract 4.3.5), and what becomes of the pictures.</summary>
public abstract class CameraDeletionTests(SharedApp shared) : IAsyncLifetime
{
    private const long Second = 1_397_651_000;

    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9];

    private EvercamApp App => shared.App;
    private Person joe = null!;
    private string id = null!;
    private long key;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private ISnapshotIndex Index => App.Services.GetRequiredService<ISnapshotIndex>();

    public async ValueTask InitializeAsync()
    {
        joe = await App.SignUpAsync();
        id = await App.AddCameraAsync(joe);
        key = await App.StoreAsync(db => db.Cameras.Where(c => c.Id == id).Select(c => c.Key).SingleAsync(Cancellation));
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(Jpeg);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "data", "a.jpg");
        Assert.Equal(200, (await App.AskAsync("POST", $"cameras/{id}/snapshots/{Second}", joe, form)).Status);
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task A_deleted_camera_is_gone_with_all_its_paths_and_pictures()
    {
        var ann = await App.SignUpAsync();
        await App.ShareAsync(id, ann, CameraRights.All);
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"cameras/{id}", ann));

        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{id}", joe));
        foreach (var path in new[] { "snapshot.jpg", "snapshots", "snapshots/latest", $"snapshots/{Second}" })
        {
            Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("GET", $"cameras/{id}/{path}", joe));
        }

        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("DELETE", $"cameras/{id}", joe));
        Assert.Equal(Refusal(404, "Camera does not exist"), await App.AskAsync("PATCH", $"cameras/{id}", joe));
        Assert.Equal((200, """{"cameras":[]}"""), await App.AskAsync("GET", $"users/{joe.Name}/cameras", joe));
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_card_that_is_written_when_the_camera_is_gone_goes_after_it()
    {
        Assert.Equal(200, (await App.AskAsync("DELETE", $"cameras/{id}", joe)).Status);
        var packs = App.Services.GetRequiredService<IPackStore>();
        await packs.WriteCardAsync(key, "{}"u8.ToArray(), Cancellation);
        await using var scope = App.Services.CreateAsyncScope();
        await scope.ServiceProvider.GetRequiredService<CameraNews>().SavedAsync(key);
        Assert.Null(await packs.ReadCardAsync(key, Cancellation));
    }

    [Fact]
    public async Task An_id_may_be_used_again_and_finds_no_old_pictures()
    {
        await App.AskAsync("DELETE", $"cameras/{id}", joe);
        await App.AddCameraAsync(joe, id);
        Assert.Equal((200, """{"snapshots":[]}"""), await App.AskAsync("GET", $"cameras/{id}/snapshots", joe));
    }

    [Fact]
    public async Task Of_simultaneous_deletions_one_succeeds()
    {
        var answers = await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => App.AskAsync("DELETE", $"cameras/{id}", joe)));
        Assert.Single(answers, answer => answer == (200, "{}"));
        Assert.All(
            answers.Where(answer => answer.Status != 200),
            answer => Assert.Equal(Refusal(404, "Camera does not exist"), answer));
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_deleted_owner_takes_the_pictures_along()
    {
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"users/{joe.Name}", joe));
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_crash_after_the_deletion_leaves_no_picture_behind()
    {
        Assert.True(await App.StoreAsync(db => db.DeleteCameraAsync(key, Cancellation)));
        Assert.NotNull(await Index.FindAtOrBeforeAsync(key, DateTimeOffset.MaxValue, Cancellation));
        await RestartArchiveAsync();
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task A_crash_after_the_deletion_of_the_owner_leaves_no_picture_behind()
    {
        var user = await App.StoreAsync(
            db => db.Users.Where(u => u.UserName == joe.Name).Select(u => u.Id).SingleAsync(Cancellation));
        Assert.Equal([key], (await App.StoreAsync(db => db.DeleteUserAsync(user, CatalogRows.Ended, Cancellation)))!.Cameras);
        await RestartArchiveAsync();
        await AssertNothingIsLeftAsync();
    }

    [Fact]
    public async Task What_is_gone_is_not_deleted_again()
    {
        Assert.False(await App.StoreAsync(db => db.DeleteCameraAsync(1, Cancellation)));
        Assert.Null(await App.StoreAsync(db => db.DeleteUserAsync(-1, CatalogRows.Ended, Cancellation)));
        Assert.DoesNotContain(await Index.ListErasuresAsync(Cancellation), erasure => erasure.CameraKey == 1);
    }

    /// <summary>What the next process would do first.</summary>
    private async Task RestartArchiveAsync()
    {
        await using var archive = new SnapshotArchive(
            App.Services.GetRequiredService<IPackStore>(), Index, new SnapshotArchiveOptions(), TimeProvider.System,
            NullLogger<SnapshotArchive>.Instance);
        await archive.StartAsync(Cancellation);
    }

    private async Task AssertNothingIsLeftAsync()
    {
        Assert.Null(await Index.FindAtOrBeforeAsync(key, DateTimeOffset.MaxValue, Cancellation));
        Assert.DoesNotContain(key, await Index.ListCamerasAsync(Cancellation));
        Assert.DoesNotContain(await Index.ListErasuresAsync(Cancellation), erasure => erasure.CameraKey == key);
        var packs = App.Services.GetRequiredService<IPackStore>();
        Assert.Null(await packs.ReadCardAsync(key, Cancellation));
        await foreach (var pack in packs.ListAsync(refused => throw refused, Cancellation))
        {
            Assert.NotEqual(key, pack.CameraKey);
        }
    }
}

public sealed class SqliteWholeDeletionTests() : WholeDeletionTests([]);

public sealed class PostgresWholeDeletionTests(PostgresServer server) : WholeDeletionTests([server]);

/// <summary>A deletion that fails leaves everything as it was.</summary>
public abstract class WholeDeletionTests(PostgresServer[] servers)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("cameras")]
    [InlineData("users")]
    public async Task What_cannot_be_deleted_whole_stays_whole(string what)
    {
        var settings = new Dictionary<string, string?> { ["Evercam:Recorder:OnlineCheck"] = "false" };
        foreach (var server in servers)
        {
            settings["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync();
        }

        var refusal = new Refusal();
        await using var app = await EvercamApp.StartAsync(settings, adjust: builder => builder.Services.AddSingleton<IInterceptor>(refusal));
        var joe = await app.AddUserAsync("joe");
        var key = await app.AddCameraAsync("door", joe);
        await app.StoreAsync(async db =>
        {
            db.Add(new Activity { CameraKey = key, Kind = ActivityKind.Edited, DoneAt = 1 });
            await db.SaveChangesAsync(Cancellation);
        });
        var path = what == "users" ? $"users/{joe.Name}" : "cameras/door";
        refusal.IsOn = true;
        Assert.Equal(500, (await app.AskAsync("DELETE", $"{path}?{joe.Keys}")).Status);
        refusal.IsOn = false;
        Assert.True(await app.StoreAsync(db => db.Activities.AnyAsync(line => line.CameraKey == key && line.DoneAt == 1, Cancellation)));
        Assert.Equal(200, (await app.AskAsync("GET", $"cameras/door?{joe.Keys}")).Status);
        Assert.Equal(200, (await app.AskAsync("DELETE", $"{path}?{joe.Keys}")).Status);
        Assert.False(await app.StoreAsync(db => db.Activities.AnyAsync(line => line.CameraKey == key, Cancellation)));
    }

    /// <summary>A database that fails when a deletion is written down.</summary>
    private sealed class Refusal : DbCommandInterceptor
    {
        public bool IsOn { get; set; }

        public override ValueTask<InterceptionResult<int>> NonQueryExecutingAsync(
            DbCommand command, CommandEventData eventData, InterceptionResult<int> result, CancellationToken cancellationToken = default) =>
            IsOn && command.CommandText.Contains("INSERT INTO erasures", StringComparison.Ordinal)
                ? throw new InvalidOperationException("It fails.")
                : ValueTask.FromResult(result);
    }
}
