using Evercam.Storage;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using static Evercam.Tests.Storage.CatalogRows;

namespace Evercam.Tests.Contracts;

/// <summary>What the catalog must hold to on every database: what is unique, what goes with what, what nobody may read.</summary>
public abstract class CatalogContract(TestStorage storage)
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_name_is_taken_in_any_case()
    {
        await SaveAsync(User("Joe.Bloggs"));
        await RefusedAsync(UniqueRule.UserName, User("joe.bloggs", "another@example.org"));
    }

    [Fact]
    public async Task An_email_is_taken_in_any_case()
    {
        await SaveAsync(User(email: "Ann@Example.org"));
        await RefusedAsync(UniqueRule.Email, User(email: "ann@EXAMPLE.org"));
    }

    [Fact]
    public async Task No_user_name_can_be_an_email()
    {
        await Assert.ThrowsAsync<DbUpdateException>(() => SaveAsync(User("bob@example.org", "bobby@example.org")));
        await Assert.ThrowsAsync<DbUpdateException>(() => SaveAsync(User("bob", "bob")));
    }

    [Fact]
    public async Task An_api_id_is_unique_across_users_and_clients()
    {
        var user = await NewUserAsync();
        var client = Client();
        client.Credential!.ApiId = user.Credential!.ApiId;
        await RefusedAsync(UniqueRule.ApiId, client);
    }

    [Fact]
    public async Task An_api_id_has_exactly_one_owner()
    {
        var (user, client) = (await NewUserAsync(), await NewClientAsync());
        await Assert.ThrowsAsync<DbUpdateException>(
            () => SaveAsync(new ApiCredential { ApiId = Fresh(), ApiKey = "k" }));
        await Assert.ThrowsAsync<DbUpdateException>(() => SaveAsync(
            new ApiCredential { ApiId = Fresh(), ApiKey = "k", UserKey = user.Id, ClientKey = client.Key }));
    }

    [Fact]
    public async Task Of_many_simultaneous_registrations_of_a_camera_id_one_succeeds()
    {
        var owner = await NewUserAsync();
        var id = Fresh("door");
        var outcomes = await Task.WhenAll(Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            try
            {
                await SaveAsync(Camera(owner, id));
                return true;
            }
            catch (DbUpdateException refused)
            {
                Assert.True(refused.IsUniqueViolation(out var rule));
                Assert.Equal(UniqueRule.CameraId, rule);
                Assert.False(refused.IsDatabaseUnavailable());
                return false;
            }
        })));
        Assert.Single(outcomes, succeeded => succeeded);
    }

    [Fact]
    public async Task A_notice_reaches_those_who_are_left()
    {
        var (joe, ann) = (await NewUserAsync(), await NewUserAsync());
        var (left, gone, removed) = (Webhook(joe), Webhook(ann), Webhook(joe));
        var notice = new CameraNotice { Kind = NoticeKind.CameraOffline, OwnerKey = joe.Id, HappenedAt = Now };
        await SaveAsync(left, gone, removed, notice);
        await using (var db = storage.OpenCatalog())
        {
            Assert.NotNull(await db.DeleteUserAsync(ann.Id, Ended, Cancellation));
            await db.Webhooks.Where(webhook => webhook.Key == removed.Key).ExecuteDeleteAsync(Cancellation);
        }

        (long, long)[] looked = [(left.Key, joe.Id), (gone.Key, ann.Id), (removed.Key, joe.Id)];
        await using (var db = storage.OpenCatalog())
        {
            await db.SpreadAsync(notice.Key, null, looked, byMail: false, DateTimeOffset.FromUnixTimeSeconds(Now), Cancellation);
        }

        await using var after = storage.OpenCatalog();
        Assert.Equal(
            [left.Key],
            await after.Deliveries.Where(delivery => delivery.NoticeKey == notice.Key).Select(delivery => delivery.WebhookKey).ToListAsync(Cancellation));
        Assert.Equal(Now, (await after.Notices.SingleAsync(n => n.Key == notice.Key, Cancellation)).SpreadAt);
    }

    [Fact]
    public async Task A_camera_is_shared_once_with_a_user()
    {
        var (owner, friend) = (await NewUserAsync(), await NewUserAsync());
        var camera = await NewCameraAsync(owner);
        await SaveAsync(Share(camera, friend));
        await RefusedAsync(UniqueRule.Share, Share(camera, friend));
        await SaveAsync(Share(camera, owner));
    }

    [Fact]
    public async Task An_email_is_invited_once_to_a_camera()
    {
        var owner = await NewUserAsync();
        var (camera, other) = (await NewCameraAsync(owner), await NewCameraAsync(owner));
        await SaveAsync(Invitation(camera, "guest@example.org"), Invitation(other, "guest@example.org"));
        await RefusedAsync(UniqueRule.Invitation, Invitation(camera, "Guest@Example.org"));
    }

    [Fact]
    public async Task A_client_name_is_taken()
    {
        var first = await NewClientAsync();
        await RefusedAsync(UniqueRule.ClientName, Client(name: first.Name.ToUpperInvariant()));
    }

    [Fact]
    public async Task A_client_is_granted_something_once_by_a_user()
    {
        var (owner, client) = (await NewUserAsync(), await NewClientAsync());
        var camera = await NewCameraAsync(owner);
        await SaveAsync(Granted(GrantedResource.Camera, camera), Granted(GrantedResource.Cameras));
        await RefusedAsync(UniqueRule.Other, Granted(GrantedResource.Camera, camera));
        await RefusedAsync(UniqueRule.Other, Granted(GrantedResource.Cameras));
        await Assert.ThrowsAsync<DbUpdateException>(() => SaveAsync(Granted(GrantedResource.Camera)));
        await Assert.ThrowsAsync<DbUpdateException>(() => SaveAsync(Granted(GrantedResource.User, camera)));

        Grant Granted(GrantedResource resource, Camera? camera = null) => new()
        {
            ClientKey = client.Key,
            UserKey = owner.Id,
            Resource = resource,
            CameraKey = camera?.Key,
            Rights = CameraRights.View,
            CreatedAt = Now,
        };
    }

    [Fact]
    public async Task A_user_takes_cameras_shares_keys_and_grants_along_and_leaves_clients()
    {
        var (owner, friend) = (await NewUserAsync(), await NewUserAsync());
        var (camera, friends) = (await NewCameraAsync(owner), await NewCameraAsync(friend));
        var client = await NewClientAsync(owner);
        await SaveAsync(
            Share(camera, friend),
            Share(friends, owner),
            new Grant
            {
                ClientKey = client.Key,
                UserKey = owner.Id,
                Resource = GrantedResource.Camera,
                CameraKey = camera.Key,
                Rights = CameraRights.All,
                CreatedAt = Now,
            });

        await using var db = storage.OpenCatalog();
        await db.Users.Where(u => u.Id == owner.Id).ExecuteDeleteAsync(Cancellation);

        Assert.False(await db.Cameras.AnyAsync(c => c.Key == camera.Key, Cancellation));
        Assert.True(await db.Cameras.AnyAsync(c => c.Key == friends.Key, Cancellation));
        Assert.False(await db.Shares.AnyAsync(s => s.CameraKey == camera.Key || s.CameraKey == friends.Key, Cancellation));
        Assert.False(await db.Grants.AnyAsync(g => g.ClientKey == client.Key, Cancellation));
        Assert.False(await db.ApiCredentials.AnyAsync(c => c.ApiId == owner.Credential!.ApiId, Cancellation));
        var left = await db.Clients.Include(c => c.Credential).SingleAsync(c => c.Key == client.Key, Cancellation);
        Assert.Null(left.CreatorKey);
        Assert.Equal(client.Credential!.ApiKey, left.Credential!.ApiKey);
    }

    [Fact]
    public async Task Many_who_share_with_each_other_may_all_end_at_once()
    {
        const int people = 10;
        var users = Enumerable.Range(0, people).Select(_ => User()).ToList();
        await SaveAsync([.. users]);
        var cameras = users.SelectMany(owner => Enumerable.Range(0, 20).Select(_ => Camera(owner))).ToList();
        await SaveAsync([.. cameras]);
        await SaveAsync([.. cameras.SelectMany(
            camera => users.Where(user => user.Id != camera.OwnerKey).Select(user => Share(camera, user)))]);

        var ended = await Task.WhenAll(users.Select(user => Task.Run(async () =>
        {
            await using var db = storage.OpenCatalog();
            return await db.DeleteUserAsync(user.Id, Ended, Cancellation);
        })));
        Assert.Equal(cameras.Select(camera => camera.Key).Order(), ended.SelectMany(one => one!.Cameras).Order());
    }

    [Fact]
    public async Task A_share_number_is_never_used_again()
    {
        var (owner, friend) = (await NewUserAsync(), await NewUserAsync());
        var camera = await NewCameraAsync(owner);
        var first = Share(camera, friend);
        await SaveAsync(first);
        await using var db = storage.OpenCatalog();
        await db.Shares.Where(s => s.Key == first.Key).ExecuteDeleteAsync(Cancellation);
        var second = Share(camera, friend);
        await SaveAsync(second);
        Assert.True(second.Key > first.Key);
    }

    [Fact]
    public async Task A_camera_comes_back_as_it_was_saved()
    {
        var camera = Camera(await NewUserAsync());
        camera.JpgUrl = Setting.Of("/onvif/snapshot");
        camera.CamUsername = Setting.Cleared;
        camera.CamPassword = null;
        camera.Latitude = 53.35;
        camera.Longitude = -6.26;
        camera.IsOnline = true;
        camera.Recording = new Recording
        {
            Status = RecordingStatus.Scheduled,
            PicturesPerMinute = 600,
            Schedule = """{"Monday":["08:00-18:00"]}""",
            KeepDays = 30,
            KeepBytes = 1L << 40,
        };
        await SaveAsync(camera);

        await using var db = storage.OpenCatalog();
        var found = await db.Cameras.SingleAsync(c => c.Id == camera.Id, Cancellation);
        Assert.Equal("/onvif/snapshot", found.JpgUrl.Or("/default"));
        Assert.Null(found.CamUsername.Or("admin"));
        Assert.Equal("1234", found.CamPassword.Or("1234"));
        Assert.Equal((53.35, -6.26, true, "Etc/UTC"), (found.Latitude, found.Longitude, found.IsOnline, found.Timezone));
        Assert.Equivalent(camera.Recording, found.Recording, strict: true);

        found.CamPassword = Setting.Of("s3cret");
        found.CamUsername = null;
        await db.SaveChangesAsync(Cancellation);
        db.ChangeTracker.Clear();
        found = await db.Cameras.SingleAsync(c => c.Id == camera.Id, Cancellation);
        Assert.Equal(("s3cret", "admin"), (found.CamPassword.Or("1234"), found.CamUsername.Or("admin")));
    }

    [Fact]
    public async Task Keys_and_camera_accounts_are_not_in_clear_in_the_database()
    {
        var owner = User();
        owner.Credential!.ApiKey = "0123456789abcdef0123456789abcdef";
        await SaveAsync(owner);
        var camera = Camera(owner);
        camera.CamUsername = Setting.Of("a-very-special-account");
        camera.CamPassword = Setting.Of("a-very-special-password");
        await SaveAsync(camera);

        var dump = await DumpAsync();
        Assert.Contains(camera.Id, dump, StringComparison.Ordinal);
        Assert.DoesNotContain("a-very-special", dump, StringComparison.Ordinal);
        Assert.DoesNotContain("0123456789abcdef", dump, StringComparison.Ordinal);

        await using var db = storage.OpenCatalog();
        var found = await db.Cameras.Include(c => c.Owner!.Credential).SingleAsync(c => c.Key == camera.Key, Cancellation);
        Assert.Equal("a-very-special-account", found.CamUsername.Or(null));
        Assert.Equal("a-very-special-password", found.CamPassword.Or(null));
        Assert.Equal("0123456789abcdef0123456789abcdef", found.Owner!.Credential!.ApiKey);
    }

    [Fact]
    public async Task Ids_are_ordered_by_their_bytes()
    {
        var owner = await NewUserAsync();
        var prefix = Fresh("order");
        string[] ids = [prefix + "-b", prefix + "_a", prefix + "a", prefix + "b"];
        await SaveAsync([.. ids.Reverse().Select(id => Camera(owner, id))]);
        await using var db = storage.OpenCatalog();
        Assert.Equal(
            ids,
            await db.Cameras.Where(c => c.OwnerKey == owner.Id).OrderBy(c => c.Id).Select(c => c.Id).ToListAsync(Cancellation));
    }

    [Fact]
    public async Task The_migrations_make_what_the_entities_say()
    {
        await using var db = storage.OpenCatalog();
        Assert.False(db.Database.HasPendingModelChanges());
        Assert.Empty(await db.Database.GetPendingMigrationsAsync(Cancellation));
    }

    [Fact]
    public async Task Many_processes_may_start_at_once_and_again()
    {
        await storage.ExecuteAsync("DELETE FROM catalogue_versions");
        await Task.WhenAll(Enumerable.Range(0, 4).Select(_ => Task.Run(
            () => storage.AddProcess().PrepareEvercamStorageAsync(Cancellation))));
        await using var db = storage.OpenCatalog();
        Assert.Equal(1, await db.CatalogueVersions.CountAsync(Cancellation));
        Assert.Equal(1, await db.Vendors.CountAsync(v => v.Id == "ycam", Cancellation));
    }

    /// <summary>All that a thief of the database would read.</summary>
    protected abstract Task<string> DumpAsync();

    private async Task SaveAsync(params object[] rows)
    {
        await using var db = storage.OpenCatalog();
        db.AddRange(rows);
        await db.SaveChangesAsync(Cancellation);
    }

    private async Task<User> NewUserAsync()
    {
        var user = User();
        await SaveAsync(user);
        return user;
    }

    private async Task<Camera> NewCameraAsync(User? owner = null)
    {
        var camera = Camera(owner ?? await NewUserAsync());
        await SaveAsync(camera);
        return camera;
    }

    private async Task<Client> NewClientAsync(User? creator = null)
    {
        var client = Client(creator);
        await SaveAsync(client);
        return client;
    }

    private async Task RefusedAsync(UniqueRule expected, params object[] rows)
    {
        var refused = await Assert.ThrowsAsync<DbUpdateException>(() => SaveAsync(rows));
        Assert.True(refused.IsUniqueViolation(out var rule));
        Assert.Equal(expected, rule);
    }
}
