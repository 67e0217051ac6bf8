using System.Text.Json;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Walks;

public sealed class SqliteRefusedTests(SqliteWalk shared) : RefusedTests(shared), IClassFixture<SqliteWalk>;

public sealed class PostgresRefusedTests(PostgresWalk shared) : RefusedTests(shared), IClassFixture<PostgresWalk>;

/// <summary>After each refused request the database is what it was before, whatever was refused and to whom.</summary>
public abstract class RefusedTests(SharedApp shared) : IAsyncLifetime
{
    private Walker walker = null!;

    private EvercamApp App => shared.App;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => walker = await Walker.SetOutAsync(App);

    public ValueTask DisposeAsync()
    {
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }

    [Fact]
    public async Task What_is_refused_changes_nothing()
    {
        var (before, refused) = (await ReadAsync(), 0);
        foreach (var route in ApiRoute.Of(App).Where(route => route.HasBody))
        {
            foreach (var (path, body) in Requests(route))
            {
                var heard = await walker.AskAsync(route.Method, path, "application/json", body);
                var after = await ReadAsync();
                if (heard.Status >= 400)
                {
                    refused++;
                    Assert.All(before.Zip(after), table => Assert.True(
                        table.First == table.Second, $"{route} {Odd.Start(body)}: {heard.Status} {heard.Body}\n{table.First}\n{table.Second}"));
                }

                before = after;
            }
        }

        Assert.True(refused > 150, $"{refused}");
    }

    private IEnumerable<(string Path, string Body)> Requests(ApiRoute route)
    {
        var sound = walker.Sound(route);
        var (path, own, names) = (walker.PathOf(route), $"?{walker.Keys}", sound.Select(parameter => parameter.Key).ToList());
        yield return ($"{path}?api_id=0&api_key=0", sound.ToJsonString());
        yield return ($"{path}?{walker.StrangersKeys}", sound.ToJsonString());
        yield return ($"{route.Path(_ => Walker.Absent)}{own}", sound.ToJsonString());
        yield return (path + own, sound.ToJsonString()[..^1]);
        yield return (path + own, Walker.JsonOf(names, "{}"));
        yield return (path + own, Walker.JsonOf(names.Where(name => name is not ("is_public" or "enabled" or "discoverable")), "null"));
    }

    /// <summary>All that people have made, table by table. What the server finds out by itself is no answer to anybody.</summary>
    private Task<string[]> ReadAsync() => App.StoreAsync(async db =>
    {
        var cameras = await db.Cameras.AsNoTracking().OrderBy(camera => camera.Key).ToListAsync(Cancellation);
        foreach (var camera in cameras)
        {
            (camera.IsOnline, camera.LastPolledAt, camera.LastOnlineAt) = (null, null, null);
        }

        var webhooks = await db.Webhooks.AsNoTracking().OrderBy(webhook => webhook.Key).ToListAsync(Cancellation);
        foreach (var webhook in webhooks)
        {
            (webhook.FailingSince, webhook.SwitchedOffAt) = (null, null);
        }

        string[] tables =
        [
            JsonSerializer.Serialize(cameras),
            JsonSerializer.Serialize(webhooks),
            await TextAsync(db.Users.OrderBy(user => user.Id)),
            await TextAsync(db.ApiCredentials.OrderBy(pair => pair.ApiId)),
            await TextAsync(db.Shares.OrderBy(share => share.Key)),
            await TextAsync(db.Invitations.OrderBy(invitation => invitation.Key)),
            await TextAsync(db.Clients.OrderBy(client => client.Key)),
            await TextAsync(db.Grants.OrderBy(grant => grant.Key)),
            await TextAsync(db.Codes.OrderBy(code => code.Key)),
        ];
        return tables;
    });

    private static async Task<string> TextAsync<T>(IQueryable<T> rows) where T : class =>
        JsonSerializer.Serialize(await rows.AsNoTracking().ToListAsync(Cancellation));
}
