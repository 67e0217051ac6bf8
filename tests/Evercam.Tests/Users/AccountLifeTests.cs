using System.Net.Http.Headers;
using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

public sealed class SqliteAccountLifeTests(SqliteApp shared) : AccountLifeTests(shared), IClassFixture<SqliteApp>;

public sealed class PostgresAccountLifeTests(PostgresApp shared) : AccountLifeTests(shared), IClassFixture<PostgresApp>;

/// <summary>What hangs on an account when it is renamed (contract 4.1.5) and when it ends (4.1.7).</summary>
public abstract class AccountLifeTests(SharedApp shared) : IAsyncLifetime
{
    private static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9];

    private EvercamApp App => shared.App;
    private Person joe = null!;
    private Person ann = null!;
    private Person byKeys = null!;
    private Person client = null!;
    private string his = null!;
    private string hers = null!;
    private long key;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private string Folder => Path.Combine(
        App.Services.GetRequiredService<IConfiguration>()["Evercam:DataDirectory"]!, "archive", $"{key}");

    public async ValueTask InitializeAsync()
    {
        (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        (his, hers) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(ann));
        await App.ShareAsync(joe, his, ann, "view");
        await App.ShareAsync(ann, hers, joe, "view");
        client = await App.AddClientAsync(joe, GrantedResource.User, CameraRights.View);
        var keys = JsonNode.Parse((await App.AskAsync(
            "GET", $"users/{joe.Name}/credentials?password={Uri.EscapeDataString(joe.Password)}", joe)).Body)!;
        byKeys = new Person(joe.Name, Keys: $"api_id={keys["api_id"]}&api_key={keys["api_key"]}");
        key = await App.StoreAsync(db => db.Cameras.Where(c => c.Id == his).Select(c => c.Key).SingleAsync(Cancellation));
        await UploadAsync();
    }

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    /// <summary>So does whoever saves all of a form, and changed but one field.</summary>
    [Fact]
    public async Task Whoever_has_a_name_from_before_the_rules_may_keep_it_and_change_others()
    {
        await App.StoreAsync(db => db.Users.Where(user => user.UserName == joe.Name).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.Forename, "Jo\u202Ee").SetProperty(user => user.Lastname, "Blo\nggs"), Cancellation));
        var changed = (await App.AskAsync(
            "PATCH", $"users/{joe.Name}", joe, ("forename", "Jo\u202Ee"), ("lastname", "Blo\nggs"), ("country", "fr"))).One();
        Assert.Equal(("Jo\u202Ee", "Blo\nggs", "fr"), ((string?)changed["forename"], (string?)changed["lastname"], (string?)changed["country"]));
        Assert.Equal(
            Broken("lastname is invalid"),
            await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("forename", "Jo\u202Ee"), ("lastname", "Bl\nggs")));
    }

    [Fact]
    public async Task A_renamed_user_keeps_everything_under_the_new_name()
    {
        var name = CatalogRows.Fresh("Renamed.");
        Assert.Equal(name, (string?)(await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("username", name))).One()["id"]);
        foreach (var caller in new[] { new Person(name, Basic(name, joe.Password)), new(name, Basic(joe.Email, joe.Password)), byKeys })
        {
            var user = (await App.AskAsync("GET", $"users/{name}", caller)).One();
            Assert.Equal((name, name, joe.Email), ((string?)user["id"], (string?)user["username"], (string?)user["email"]));
            Assert.Equal(name, (string?)(await App.AskAsync("GET", $"cameras/{his}", caller)).One()["owner"]);
            Assert.Equal(his, (string?)(await App.AskAsync("GET", $"users/{name.ToUpperInvariant()}/cameras", caller)).One()["id"]);
            Assert.Equal(his, (string?)(await App.AskAsync("GET", $"cameras/{his}/snapshots", caller)).One()["camera"]);
            Assert.Equal(name, (string?)(await App.AskAsync("GET", $"cameras/{his}/shares", caller)).One()["sharer_id"]);
            Assert.Equal(hers, (string?)(await App.AskAsync("GET", $"users/{name}/shares", caller)).One()["camera_id"]);
        }

        Assert.Equal(200, (await App.AskAsync("GET", $"users/{name}", client)).Status);
        var rights = JsonNode.Parse((await App.AskAsync("GET", $"users/{ann.Name}/rights", ann)).Body)!["rights"]!;
        Assert.Equal([name, name], new[] { rights["granted"]![0]!["user"], rights["received"]![0]!["user"] }.Select(user => (string?)user));
        Assert.Contains(name, await File.ReadAllTextAsync(Path.Combine(Folder, "camera.json"), Cancellation), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_old_name_of_a_renamed_user_is_nobodys()
    {
        var name = CatalogRows.Fresh("renamed");
        await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("username", name));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"users/{name}", joe));
        foreach (var path in new[] { "", "/cameras", "/rights", "/shares" })
        {
            Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync("GET", $"users/{joe.Name}{path}", ann));
        }

        // Someone else may have it, and gets nothing with it.
        var other = await App.SignUpAsync(joe.Name, $"other.{joe.Email}");
        Assert.Equal((200, """{"cameras":[]}"""), await App.AskAsync("GET", $"users/{joe.Name}/cameras", other));
        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{hers}", other));
        Assert.Equal(Refusal(403, "Unauthorized"), await App.AskAsync("GET", $"users/{joe.Name}", client));
    }

    [Theory]
    [InlineData("username", "username is already registered")]
    [InlineData("email", "email is already registered")]
    public async Task Of_many_simultaneous_changes_to_one_name_one_succeeds(string field, string message)
    {
        var wanted = CatalogRows.Fresh("wanted") + (field == "email" ? "@example.org" : "");

        // As many as one address may be written to: a sixth would be told to wait.
        var people = await Task.WhenAll(Enumerable.Range(0, 5).Select(_ => App.SignUpAsync()));
        var answers = await Task.WhenAll(people.Select(person => App.AskAsync("PATCH", $"users/{person.Name}", person, (field, wanted))));
        Assert.Equal(wanted, (string?)Assert.Single(answers, answer => answer.Status == 200).One()[field]);
        Assert.All(answers.Where(answer => answer.Status != 200), answer => Assert.Equal(Broken(message), answer));
    }

    [Fact]
    public async Task Of_many_simultaneous_changes_of_one_account_all_are_made()
    {
        var names = Enumerable.Range(0, 24).Select(number => $"{joe.Name}.{number}").ToList();
        var answers = await Task.WhenAll(names.Select(name => App.AskAsync(
            "PATCH", $"users/{joe.Email}", byKeys, ("username", name), ("lastname", name))));
        Assert.Equal(names, answers.Select(answer => (string?)answer.One()["id"]));
        var user = await App.StoreAsync(db => db.Users.SingleAsync(user => user.Email == joe.Email, Cancellation));
        Assert.Contains(user.UserName, names);
        Assert.Equal((user.UserName, user.UserName!.ToUpperInvariant()), (user.Lastname, user.NormalizedUserName));
    }

    [Fact]
    public async Task A_changed_email_signs_in_and_the_old_one_does_not()
    {
        var before = new Person(joe.Name, Basic(joe.Email, joe.Password));
        Assert.Equal(200, (await App.AskAsync("GET", $"users/{joe.Name}", before)).Status);
        var email = $"new.{joe.Email}";
        await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("email", email));
        Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"users/{joe.Name}", before));
        Assert.Equal(200, (await App.AskAsync("GET", $"users/{email}", new(joe.Name, Basic(email, joe.Password)))).Status);
        Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync("GET", $"users/{joe.Email}", ann));
        Assert.Equal(email, (string?)(await App.AskAsync("GET", $"cameras/{hers}/shares", ann)).One()["email"]);

        // The old one is nobody's now: whoever reads its mail is invited.
        var invited = (await App.ShareAsync(ann, await App.AddCameraAsync(ann), joe, "view")).One();
        Assert.Equal((joe.Email, ann.Name), ((string?)invited["email"], (string?)invited["user_id"]));
    }

    [Fact]
    public async Task A_deleted_user_leaves_nothing_behind()
    {
        Assert.True(Directory.EnumerateFiles(Folder, "*.tar", SearchOption.AllDirectories).Any());
        Assert.Equal((200, "{}"), await App.AskAsync("DELETE", $"users/{joe.Name}", joe));

        foreach (var caller in new[] { joe, byKeys, new Person(joe.Name, Basic(joe.Email, joe.Password)) })
        {
            Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", $"users/{joe.Name}", caller));
            Assert.Equal(Refusal(401, "Unauthenticated"), await App.AskAsync("GET", "cameras/test", caller));
        }

        foreach (var path in new[] { "", "/cameras", "/rights", "/shares" })
        {
            Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync("GET", $"users/{joe.Name}{path}", ann));
        }

        Assert.Equal(Refusal(404, "Camera not found"), await App.AskAsync("GET", $"cameras/{his}", ann));
        Assert.Equal((200, """{"shares":[]}"""), await App.AskAsync("GET", $"users/{ann.Name}/shares", ann));
        Assert.Equal((200, """{"shares":[]}"""), await App.AskAsync("GET", $"cameras/{hers}/shares", ann));
        Assert.Equal(Refusal(404, "user does not exist"), await App.AskAsync("GET", $"users/{joe.Name}", client));

        Assert.False(Directory.Exists(Folder));
        Assert.DoesNotContain(
            key, await App.Services.GetRequiredService<ISnapshotIndex>().ListCamerasAsync(Cancellation));
        await App.StoreAsync(async db =>
        {
            Assert.False(await db.Cameras.AnyAsync(camera => camera.Key == key, Cancellation));
            Assert.False(await db.Shares.AnyAsync(share => share.CameraKey == key || share.Camera!.Id == hers, Cancellation));
            Assert.False(await db.Grants.AnyAsync(grant => grant.Client!.Credential!.ApiId == client.Name, Cancellation));
            Assert.False(await db.ApiCredentials.AnyAsync(keys => byKeys.Keys!.Contains(keys.ApiId), Cancellation));
        });
    }

    [Fact]
    public async Task A_user_deleted_during_uploads_leaves_no_picture()
    {
        var uploads = Enumerable.Range(1, 12).Select(second => UploadAsync(second)).ToList();
        var deleted = await App.AskAsync("DELETE", $"users/{joe.Name}", joe);
        Assert.Equal((200, "{}"), deleted);
        Assert.All(await Task.WhenAll(uploads), status => Assert.Contains(status, new[] { 200, 401, 404 }));
        Assert.False(Directory.Exists(Folder));
        Assert.DoesNotContain(
            key, await App.Services.GetRequiredService<ISnapshotIndex>().ListCamerasAsync(Cancellation));
    }

    [Fact]
    public async Task A_camera_deleted_during_uploads_leaves_no_picture()
    {
        var uploads = Enumerable.Range(1, 12).Select(second => UploadAsync(second)).ToList();
        var deletions = await Task.WhenAll(Enumerable.Range(0, 2).Select(_ => App.AskAsync("DELETE", $"cameras/{his}", joe)));
        Assert.Single(deletions, answer => answer == (200, "{}"));
        Assert.All(await Task.WhenAll(uploads), status => Assert.Contains(status, new[] { 200, 404 }));
        Assert.False(Directory.Exists(Folder));
        Assert.DoesNotContain(
            key, await App.Services.GetRequiredService<ISnapshotIndex>().ListCamerasAsync(Cancellation));
    }

    private async Task<int> UploadAsync(long second = 0)
    {
        using var form = new MultipartFormDataContent();
        using var file = new ByteArrayContent(Jpeg);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        form.Add(file, "data", "a.jpg");
        return (await App.AskAsync("POST", $"cameras/{his}/snapshots/{CatalogRows.Now + second}", joe, form)).Status;
    }
}
