using System.Text.Json.Nodes;
using Evercam.Server.Mail;
using Evercam.Server.OAuth;
using Evercam.Server.Rights;
using Evercam.Server.Users;
using Evercam.Storage.Catalog;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

/// <summary>What is done to accounts and applications at one moment, in PostgreSQL: each waits for the other where it must, nobody in vain, and
/// nobody for accounts that are none of their business.</summary>
public sealed class LockOrderTests(LockOrderApp stage) : IClassFixture<LockOrderApp>, IAsyncLifetime
{
    private Person joe = null!;
    private Person ann = null!;

    private EvercamApp App => stage.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync()
    {
        (joe, ann) = (await App.SignUpAsync(), await App.SignUpAsync());
        stage.LetGo.Clear();
    }

    public ValueTask DisposeAsync()
    {
        Assert.Empty(stage.LetGo);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task Who_claims_an_email_may_share_with_whoever_takes_it_from_them()
    {
        var owned = new Person(CatalogRows.Fresh("owner."));
        await App.StoreAsync(db => db.Users.Where(user => user.UserName == joe.Name).ExecuteUpdateAsync(
            set => set.SetProperty(user => user.ConfirmedAt, CatalogRows.Now), Cancellation));
        Assert.Equal(200, (await App.AskAsync("PATCH", $"users/{joe.Name}", joe, ("email", owned.Email))).Status);
        var camera = await App.AddCameraAsync(joe);
        await using var held = await stage.HoldAsync($"SELECT 1 FROM users WHERE user_name = '{joe.Name}' FOR KEY SHARE");
        var taken = App.AskAsync("PATCH", $"users/{ann.Name}", ann, ("email", owned.Email));
        await stage.WaitsAsync(1);
        var shared = App.ShareAsync(joe, camera, ann, "view");
        await stage.WaitsAsync(2, shared);
        await held.DisposeAsync();
        Assert.Equal(owned.Email, (string?)(await taken).One()["email"]);
        Assert.Equal(201, (await shared).Status);
        Assert.Equal(joe.Email, (string?)(await App.AskAsync("GET", $"users/{joe.Name}", joe)).One()["email"]);
    }

    [Fact]
    public async Task An_application_may_end_together_with_whoever_has_allowed_it_something()
    {
        var bob = await App.SignUpAsync();
        var camera = await App.AddCameraAsync(joe);
        var client = await RegisterAsync(ann, (bob, camera), (ann, null), (joe, null));
        await using var held = await stage.HoldAsync($"SELECT 1 FROM grants WHERE user_key = {await KeyAsync(ann)} FOR KEY SHARE");

        // It takes what bob allows, and waits for what ann does; joe takes his own along, and then bob's, for it is about joe's camera.
        var ended = App.AskAsync("DELETE", $"client/{client}", ann);
        await stage.WaitsAsync(1);
        var gone = App.AskAsync("DELETE", $"users/{joe.Name}", joe);
        await stage.WaitsAsync(2, gone);
        await held.DisposeAsync();
        Assert.Equal([(200, "{}"), (200, "{}")], await Task.WhenAll(ended, gone));
    }

    [Fact]
    public async Task Two_who_allowed_each_others_applications_something_may_both_end_at_once()
    {
        var (first, second) = (await RegisterAsync(joe, (ann, null)), await RegisterAsync(ann, (joe, null)));
        await using var held = await stage.HoldAsync(
            $"SELECT 1 FROM clients WHERE key = (SELECT client_key FROM api_credentials WHERE api_id = '{first}') FOR KEY SHARE");
        var gone = new[] { joe, ann }.Select(person => App.AskAsync("DELETE", $"users/{person.Name}", person)).ToList();
        await stage.WaitsAsync(1);
        await held.DisposeAsync();
        Assert.All(await Task.WhenAll(gone), answer => Assert.Equal((200, "{}"), answer));
        Assert.Equal(0, await App.StoreAsync(db => db.ApiCredentials.CountAsync(keys => keys.ApiId == first || keys.ApiId == second, Cancellation)));
    }

    [Fact]
    public async Task An_application_may_end_while_the_locks_of_its_creator_are_changed()
    {
        var client = await RegisterAsync(joe, (joe, null));
        var hook = new Webhook
        {
            UserKey = await KeyAsync(joe),
            Url = "https://example.org/",
            Secret = "secret",
            Kinds = [NoticeKind.ShareCreated],
            AllCameras = true,
            IsEnabled = true,
            CreatedAt = CatalogRows.Now,
            UpdatedAt = CatalogRows.Now,
        };
        await App.StoreAsync(async db =>
        {
            db.Add(hook);
            await db.SaveChangesAsync(Cancellation);
        });
        await using var held = await stage.HoldAsync($"SELECT 1 FROM webhooks WHERE key = {hook.Key} FOR SHARE");
        var changed = Task.Run(ResetAsync, Cancellation);
        await stage.WaitsAsync(1);
        var ended = App.AskAsync("DELETE", $"client/{client}", joe);
        await stage.WaitsAsync(2, ended);
        await held.DisposeAsync();
        Assert.True(await changed);
        Assert.Equal((200, "{}"), await ended);

        async Task<bool> ResetAsync()
        {
            await using var scope = App.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<EvercamDb>();
            var user = await db.Users.SingleAsync(u => u.UserName == joe.Name, Cancellation);
            var code = scope.ServiceProvider.GetRequiredService<SingleUseCodes>()
                .Issue(CodePurpose.ResetPassword, user, user.Email!, Passwords.LinkLife);
            await db.SaveChangesAsync(Cancellation);
            return await scope.ServiceProvider.GetRequiredService<Passwords>()
                .ResetAsync(code, "another secret", withLocks: true, Cancellation) is not null;
        }
    }

    [Fact]
    public async Task Two_who_share_with_each_other_may_both_end_whoever_comes_first()
    {
        var (his, hers) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(ann));
        await App.ShareAsync(joe, his, ann, "view");
        await App.ShareAsync(ann, hers, joe, "view");
        await using var held = await stage.HoldAsync($"SELECT 1 FROM cameras WHERE id = '{his}' OR id = '{hers}' FOR SHARE");
        var gone = new[] { joe, ann }.Select(person => App.AskAsync("DELETE", $"users/{person.Name}", person)).ToList();
        await stage.WaitsAsync(2);
        await held.DisposeAsync();
        Assert.All(await Task.WhenAll(gone), answer => Assert.Equal((200, "{}"), answer));
    }

    [Fact]
    public async Task Who_allows_an_application_several_cameras_may_do_so_while_their_owner_ends()
    {
        var cameras = new[] { await App.AddCameraAsync(joe), await App.AddCameraAsync(joe) };
        foreach (var camera in cameras)
        {
            await App.ShareAsync(joe, camera, ann, "view");
        }

        var client = await RegisterAsync(ann);
        var user = await KeyAsync(ann);

        // As they were asked for: the last one first.
        var asked = await App.StoreAsync(db => db.Cameras.Where(camera => cameras.Contains(camera.Id)).OrderByDescending(camera => camera.Key)
            .Select(camera => new Scope(user, GrantedResource.Camera, camera.Key, CameraRights.View)).ToListAsync(Cancellation));
        await using var held = await stage.HoldAsync($"SELECT 1 FROM cameras WHERE id = '{cameras[0]}' FOR UPDATE");
        var gone = App.AskAsync("DELETE", $"users/{joe.Name}", joe);
        await stage.WaitsAsync(1);
        var agreed = Task.Run(AgreeAsync, Cancellation);
        await stage.WaitsAsync(2, agreed);
        await held.DisposeAsync();
        Assert.Equal((200, "{}"), await gone);

        // The cameras were gone first.
        await Assert.ThrowsAsync<DbUpdateException>(() => agreed);

        async Task AgreeAsync()
        {
            await using var scope = App.Services.CreateAsyncScope();
            var db = scope.ServiceProvider.GetRequiredService<EvercamDb>();
            var key = await db.ApiCredentials.Where(keys => keys.ApiId == client).Select(keys => keys.ClientKey!.Value).SingleAsync(Cancellation);
            await using var together = await db.Database.BeginTransactionAsync(Cancellation);
            await db.HoldForConsentAsync(user, key, Cancellation);
            await scope.ServiceProvider.GetRequiredService<Consents>().RememberAsync(key, asked, Cancellation);
            await together.CommitAsync(Cancellation);
        }
    }

    [Fact]
    public async Task What_has_ended_is_removed_without_waiting_for_whoever_holds_some_of_it()
    {
        var client = await RegisterAsync(joe);
        var user = await KeyAsync(joe);
        var keys = new List<long>();
        await App.StoreAsync(async db =>
        {
            var key = await db.ApiCredentials.Where(pair => pair.ApiId == client).Select(pair => pair.ClientKey!.Value).SingleAsync(Cancellation);
            List<Token> tokens =
            [
                .. Enumerable.Range(0, 2).Select(_ => new Token
                {
                    Kind = TokenKind.Access,
                    Hash = Guid.NewGuid().ToByteArray(),
                    ClientKey = key,
                    UserKey = user,
                    Scope = "",
                    Rights = "",
                    CreatedAt = 0,
                    ExpiresAt = 1,
                }),
            ];
            db.AddRange(tokens);
            await db.SaveChangesAsync(Cancellation);
            keys.AddRange(tokens.Select(token => token.Key));
        });
        var endings = App.Services.GetServices<IHostedService>().OfType<Server.Http.Endings>().Single();
        await using (await stage.HoldAsync($"SELECT 1 FROM tokens WHERE key = {keys[0]} FOR NO KEY UPDATE"))
        {
            var removed = endings.RunAsync(Cancellation);
            await stage.WaitsAsync(1, removed);
            Assert.True(removed.IsCompletedSuccessfully);
            Assert.Equal([keys[0]], await LeftAsync());
        }

        await endings.RunAsync(Cancellation);
        Assert.Empty(await LeftAsync());

        Task<List<long>> LeftAsync() => App.StoreAsync(
            db => db.Tokens.Where(token => keys.Contains(token.Key)).Select(token => token.Key).ToListAsync(Cancellation));
    }

    [Theory]
    [InlineData("forename", "Joseph")]
    [InlineData("username", "renamed.")]
    [InlineData("email", "moved.")]
    public async Task Nobody_waits_for_the_end_of_another_account(string field, string value)
    {
        var (his, hers) = (await App.AddCameraAsync(joe), await App.AddCameraAsync(ann));
        await App.ShareAsync(joe, his, ann, "view");
        await App.ShareAsync(ann, hers, joe, "view");
        var bob = await App.SignUpAsync();
        await using var held = await stage.HoldAsync(
            $"SELECT 1 FROM api_credentials WHERE user_key = {await KeyAsync(ann)} FOR KEY SHARE");
        var gone = App.AskAsync("DELETE", $"users/{ann.Name}", ann);
        await stage.WaitsAsync(1);
        var wanted = field == "forename" ? value : value + (field == "email" ? joe.Email : joe.Name);
        var changed = (await App.AskAsync("PATCH", $"users/{joe.Name}", joe, (field, wanted))).One();
        Assert.Equal(wanted, (string?)changed[field]);
        var renamed = joe with { Authorization = Basic((string)changed["username"]!, joe.Password) };
        Assert.Equal(201, (await App.ShareAsync(renamed, his, bob, "view")).Status);
        Assert.False(gone.IsCompleted);
        await held.DisposeAsync();
        Assert.Equal((200, "{}"), await gone);
    }

    private Task<long> KeyAsync(Person person) =>
        App.StoreAsync(db => db.Users.Where(user => user.UserName == person.Name).Select(user => user.Id).SingleAsync(Cancellation));

    /// <summary>An application, and who has allowed it something, in the order in which they did.</summary>
    private async Task<string> RegisterAsync(Person creator, params (Person User, string? Camera)[] allowances)
    {
        var (status, body) = await App.AskAsync(
            "POST", "client", creator, ("name", CatalogRows.Fresh("Viewer ")), ("callback_uris", "https://example.org/back"),
            ("user_name", creator.Name), ("email", creator.Email));
        Assert.True(status == 201, body);
        var id = (string)JsonNode.Parse(body)!["id"]!;
        foreach (var (user, camera) in allowances)
        {
            var key = await KeyAsync(user);
            await App.StoreAsync(async db =>
            {
                db.Add(new Grant
                {
                    ClientKey = await db.ApiCredentials.Where(keys => keys.ApiId == id).Select(keys => keys.ClientKey!.Value).SingleAsync(Cancellation),
                    UserKey = key,
                    Resource = camera is null ? GrantedResource.Cameras : GrantedResource.Camera,
                    CameraKey = await db.Cameras.Where(c => c.Id == camera).Select(c => (long?)c.Key).SingleOrDefaultAsync(Cancellation),
                    Rights = CameraRights.View,
                    CreatedAt = CatalogRows.Now,
                });
                await db.SaveChangesAsync(Cancellation);
            });
        }

        return id;
    }
}
