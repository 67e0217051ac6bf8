using Evercam.Storage.Catalog;
using Evercam.Tests.OAuth;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Nodes;

/// <summary>Two servers that remember for ever, because their time stands still. A class fixture.</summary>
public sealed class RememberingNodes(PostgresServer postgres) : IAsyncLifetime
{
    internal TwoNodes Nodes { get; private set; } = null!;

    /// <summary>What both ask for their callers.</summary>
    internal Statements Statements { get; } = new();

    internal static Dictionary<string, string?> Settings { get; } = new()
    {
        ["Evercam:Http:RememberCallers"] = "00:10:00",
        ["Evercam:Http:RememberCameras"] = "00:01:00",
    };

    public async ValueTask InitializeAsync() => Nodes = await TwoNodes.StartAsync(
        await postgres.CreateDatabaseAsync(), Settings, new FakeTimeProvider(TimeProvider.System.GetUtcNow()), CountStatements);

    public ValueTask DisposeAsync() => Nodes.DisposeAsync();

    private void CountStatements(WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<IInterceptor>(Statements);
        builder.Services.AddHttpContextAccessor();
    }
}

/// <summary>What one server takes away, the others give no more, though they remember whom they let in.</summary>
public sealed class SharedMemoryTests(RememberingNodes shared, PostgresServer postgres) : IClassFixture<RememberingNodes>
{
    private TwoNodes Nodes => shared.Nodes;

    private EvercamApp First => shared.Nodes.First;

    private EvercamApp Second => shared.Nodes.Second;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_share_that_is_given_or_taken_back_counts_everywhere()
    {
        var (joe, ann) = (await First.SignUpAsync(), await First.SignUpAsync());
        var camera = await First.AddCameraAsync(joe);
        await RemembersAsync(404, camera, ann);
        Assert.Equal(201, (await First.ShareAsync(joe, camera, ann, "list,snapshot")).Status);
        await RemembersAsync(200, camera, ann);
        await First.StoreAsync(db => db.Shares.Where(s => s.Camera!.Id == camera).ExecuteDeleteAsync(Cancellation));
        await AnswersAsync(404, camera, ann);
    }

    [Fact]
    public async Task A_camera_that_is_hidden_or_deleted_is_so_everywhere()
    {
        var joe = await First.SignUpAsync();
        var camera = await First.AddCameraAsync(joe, fields: new() { ["is_public"] = true });
        await RemembersAsync(200, camera, null);
        Assert.Equal(200, (await First.AskAsync("PATCH", $"cameras/{camera}", joe, ("is_public", "false"))).Status);
        await AnswersAsync(404, camera, null);
        await RemembersAsync(200, camera, joe);
        Assert.Equal(200, (await First.AskAsync("DELETE", $"cameras/{camera}", joe)).Status);
        await AnswersAsync(404, camera, joe);
    }

    [Fact]
    public async Task Log_ins_tokens_and_keys_end_everywhere()
    {
        using var stage = await OAuthStage.SetAsync(First);
        var camera = stage.Camera;
        var token = await stage.AgreeAsync($"camera:view:{camera}");
        var bearer = new Person(stage.Joe.Name, new("Bearer", token));
        var keys = new Person(stage.Joe.Name, Keys: stage.Joe.Keys);
        using var window = new Surfer(Second);
        window.Cookies.Add(Second.Address, new System.Net.Cookie("evercam_session", stage.Surfer.CookieOf("evercam_session")) { Path = "/" });
        await RemembersAsync(200, () => AskAsync(window, camera));
        await RemembersAsync(200, camera, keys);
        await RemembersAsync(200, camera, bearer);

        Assert.Equal(200, (await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={token}")).Status);
        await AnswersAsync(401, camera, bearer);
        await RemembersAsync(200, () => AskAsync(window, camera));
        Assert.Equal(302, (await stage.Surfer.PostAsync("/logout")).Status);
        await Eventually.IsTrueAsync(async () => await AskAsync(window, camera) == 404);
        await RemembersAsync(200, camera, keys);
        await First.StoreAsync(db => db.ApiCredentials.Where(c => c.UserKey == stage.Joe.Key)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.ApiId, c => c.ApiId + "x"), Cancellation));
        await AnswersAsync(401, camera, keys);
    }

    [Fact]
    public async Task A_password_that_is_changed_and_a_user_who_is_gone_are_so_everywhere()
    {
        var (joe, ann) = (await First.SignUpAsync(), await First.SignUpAsync());
        var camera = await First.AddCameraAsync(joe, fields: new() { ["is_public"] = true });
        await RemembersAsync(200, camera, joe);
        await First.StoreAsync(db => db.Users.Where(u => u.UserName == joe.Name)
            .ExecuteUpdateAsync(set => set.SetProperty(u => u.PasswordHash, "AAAA"), Cancellation));
        await AnswersAsync(401, camera, joe);
        await RemembersAsync(200, camera, ann);
        Assert.Equal(200, (await First.AskAsync("DELETE", $"users/{ann.Name}", ann)).Status);
        await AnswersAsync(401, camera, ann);
    }

    [Fact]
    public async Task A_client_that_is_allowed_less_or_gone_is_so_everywhere()
    {
        var joe = await First.SignUpAsync();
        var camera = await First.AddCameraAsync(joe);
        var client = await First.AddClientAsync(joe, GrantedResource.Camera, CameraRights.View, camera);
        await RemembersAsync(200, camera, client);
        await First.StoreAsync(db => db.Grants.Where(g => g.Camera!.Id == camera).ExecuteDeleteAsync(Cancellation));
        await RemembersAsync(404, camera, client);
        await First.StoreAsync(db => db.Clients.Where(c => c.Credential!.ApiId == client.Name).ExecuteDeleteAsync(Cancellation));
        await AnswersAsync(401, camera, client);
    }

    [Fact]
    public async Task What_was_missed_while_the_connection_was_lost_is_not_remembered()
    {
        var (joe, camera) = await BelieveAsync();
        await Nodes.AskAsync<bool>(
            "SELECT COALESCE(bool_and(pg_terminate_backend(pid)), true) FROM pg_stat_activity WHERE application_name = 'evercam line' AND datname = current_database()");
        await AnswersAsync(401, camera, joe);
    }

    [Fact]
    public async Task What_is_not_heard_for_longer_than_the_bound_is_not_believed()
    {
        // Who hears may be kept in the dark all the same.
        await BelieveAsync();

        await using var deaf = await TwoNodes.StartAsync(
            await postgres.CreateDatabaseAsync(),
            new(RememberingNodes.Settings) { ["Evercam:Http:RememberUnheard"] = "00:00:00" },
            new FakeTimeProvider(TimeProvider.System.GetUtcNow()));
        var joe = await deaf.First.SignUpAsync();
        var camera = await deaf.First.AddCameraAsync(joe);
        Assert.Equal(200, (await deaf.Second.AskAsync("GET", $"cameras/{camera}", joe)).Status);
        await SpoilPasswordUnheardAsync(deaf, joe);
        Assert.Equal(401, (await deaf.Second.AskAsync("GET", $"cameras/{camera}", joe)).Status);
    }

    [Fact]
    public async Task What_is_told_is_a_kind_and_a_number_and_no_secret()
    {
        var joe = await First.SignUpAsync();
        await using var line = new Npgsql.NpgsqlConnection(Nodes.Connection);
        var told = new List<string>();
        line.Notification += (_, notice) => told.Add(notice.Payload);
        await line.OpenAsync(Cancellation);
        await using (var listen = new Npgsql.NpgsqlCommand("LISTEN evercam", line))
        {
            await listen.ExecuteNonQueryAsync(Cancellation);
        }

        Assert.Equal(200, (await First.AskAsync("DELETE", $"users/{joe.Name}", joe)).Status);
        while (told.Count == 0)
        {
            await line.WaitAsync(Cancellation);
        }

        Assert.All(told, words => Assert.Matches("^(user|client|camera) [0-9]+$", words));
    }

    /// <summary>A user whose password the second server remembers, and believes, after it was spoilt.</summary>
    private async Task<(Person Joe, string Camera)> BelieveAsync()
    {
        var joe = await First.SignUpAsync();
        var camera = await First.AddCameraAsync(joe);
        await RemembersAsync(200, camera, joe);
        await SpoilPasswordUnheardAsync(Nodes, joe);
        await RemembersAsync(200, camera, joe);
        return (joe, camera);
    }

    private static Task<bool> SpoilPasswordUnheardAsync(TwoNodes nodes, Person user) => nodes.AskAsync<bool>(
        $"""
        ALTER TABLE users DISABLE TRIGGER tell_change;
        UPDATE users SET password_hash = 'AAAA' WHERE user_name = '{user.Name}';
        ALTER TABLE users ENABLE TRIGGER tell_change;
        SELECT true;
        """);

    /// <summary>Waits until the second server answers so, which remembers what was before.</summary>
    private Task AnswersAsync(int status, string camera, Person? caller) =>
        Eventually.IsTrueAsync(async () => await AskAsync(camera, caller) == status);

    /// <summary>Waits until the second server answers so from memory: it asks the database for nothing but the answer itself.</summary>
    private Task RemembersAsync(int status, string camera, Person? caller) => RemembersAsync(status, () => AskAsync(camera, caller));

    private Task RemembersAsync(int status, Func<Task<int>> askAsync) => Eventually.IsTrueAsync(async () =>
    {
        shared.Statements.Take();
        return await askAsync() == status && shared.Statements.Take().Count == (status == 200 ? 1 : 0);
    });

    private async Task<int> AskAsync(string camera, Person? caller) => (await Second.AskAsync("GET", $"cameras/{camera}", caller)).Status;

    private static async Task<int> AskAsync(Surfer window, string camera) => (await window.GetAsync($"/v1/cameras/{camera}")).Status;
}
