using System.Net.Http.Headers;
using System.Text;
using Evercam.Storage.Catalog;
using Microsoft.AspNetCore.Identity;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Http;

/// <summary>Who calls, and by what right of theirs they say so.</summary>
public sealed class CallerTests(ProbeApp probes) : IClassFixture<ProbeApp>, IAsyncLifetime
{
    private static int users;

    private EvercamApp App => probes.App;
    private readonly FakeTimeProvider clock = probes.Clock;
    private TestUser joe = null!;
    private TestUser ann = null!;

    public async ValueTask InitializeAsync()
    {
        joe = await App.AddUserAsync($"joe{++users}");
        ann = await App.AddUserAsync($"ann{users}");
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    [Fact]
    public async Task A_user_signs_in_by_name_or_email_in_any_case()
    {
        foreach (var login in new[] { joe.Name, joe.Name.ToUpperInvariant(), joe.Email, joe.Email.ToUpperInvariant() })
        {
            await ShowsAsync($"Basic {joe.Key}", TestUser.BasicOf(login, joe.Password));
        }
    }

    [Fact]
    public async Task A_wrong_login_is_refused_and_never_says_why()
    {
        foreach (var (login, password) in new[]
        {
            (joe.Name, "joe"),
            (joe.Name, ""),
            (joe.Name, joe.Password.ToUpperInvariant()),
            (joe.Name, ann.Password),
            ("nobody", "x"),
            ("nobody@example.org", "x"),
            ("", "x"),
            (joe.Name + "\0", joe.Password),
        })
        {
            using var needed = await GetAsync("probe/caller", TestUser.BasicOf(login, password));
            await needed.ShowsAsync(401, """{"message":"Unauthenticated"}""");
            using var open = await GetAsync("probe/x", TestUser.BasicOf(login, password));
            await open.ShowsAsync(401, """{"message":"Unauthenticated"}""");
        }
    }

    [Fact]
    public async Task Bytes_that_are_no_text_are_no_password()
    {
        var zoe = await App.AddUserAsync($"zoe{users}", "p\uFFFDss");
        await ShowsAsync($"Basic {zoe.Key}", zoe.Basic);
        foreach (var odd in new byte[][] { [0xFF], [0xC3], [0xC0, 0x80], [0xED, 0xA0, 0x80], [0xFE] })
        {
            var pair = Convert.ToBase64String([.. Encoding.UTF8.GetBytes(zoe.Name), .. ":p"u8, .. odd, .. "ss"u8]);
            using var answer = await GetAsync("probe/x", new("Basic", pair));
            await answer.ShowsAsync(401, """{"message":"Unauthenticated"}""");
        }
    }

    [Fact]
    public async Task Too_many_parameters_do_not_hide_a_caller()
    {
        var many = string.Join('&', Enumerable.Range(0, 1025).Select(number => $"a{number}"));
        using var answer = await GetAsync($"probe/caller?{joe.Keys}&{many}");
        await answer.ShowsAsync(400, """{"message":"Too many parameters"}""");
    }

    [Fact]
    public async Task Keys_come_in_the_query_or_in_any_body()
    {
        await ShowsAsync($"Keys {joe.Key}", null, $"probe/caller?{joe.Keys}");
        foreach (var (body, type) in new[]
        {
            (joe.Keys, "application/x-www-form-urlencoded"),
            ($$"""{"api_id":"{{joe.ApiId}}","api_key":"{{joe.ApiKey}}"}""", "application/json"),
        })
        {
            using var content = new StringContent(body, Encoding.UTF8, type);
            using var answer = await App.Client.PostAsync("probe/user?limit=1", content, Cancellation);
            await answer.ShowsAsync(200, $"{joe.Key} 1");
        }

        using var id = new StringContent(joe.ApiId);
        using var key = new StringContent(joe.ApiKey);
        using var form = new MultipartFormDataContent { { id, "api_id" }, { key, "api_key" } };
        using var posted = await App.Client.PostAsync("probe/user", form, Cancellation);
        await posted.ShowsAsync(200, $"{joe.Key}");
    }

    [Fact]
    public async Task Keys_in_the_body_come_before_those_in_the_query()
    {
        using var content = new StringContent(joe.Keys, Encoding.UTF8, "application/x-www-form-urlencoded");
        using var answer = await App.Client.PostAsync($"probe/user?{ann.Keys}", content, Cancellation);
        await answer.ShowsAsync(200, $"{joe.Key}");
    }

    [Fact]
    public async Task Keys_that_do_not_belong_together_are_refused()
    {
        foreach (var keys in new[]
        {
            $"api_id={joe.ApiId}&api_key={ann.ApiKey}",
            $"api_id={joe.ApiId}&api_key={joe.ApiKey}0",
            $"api_id={joe.ApiId}&api_key={joe.ApiKey.ToUpperInvariant()}x",
            $"api_id=0&api_key={joe.ApiKey}",
            $"api_id={joe.ApiId}&api_key=%00",
        })
        {
            using var answer = await GetAsync($"probe/x?{keys}");
            Assert.Equal(keys.Contains("%00", StringComparison.Ordinal) ? 200 : 401, (int)answer.StatusCode);
        }
    }

    [Theory]
    [InlineData("api_id=x")]
    [InlineData("api_key=x")]
    [InlineData("api_id=&api_key=x")]
    [InlineData("api_id=x&api_key=")]
    public async Task Half_a_pair_is_none(string keys)
    {
        using var open = await GetAsync($"probe/x?{keys}");
        await open.ShowsAsync(200, "x");
        using var needed = await GetAsync($"probe/caller?{keys}");
        await needed.ShowsAsync(401, """{"message":"Unauthenticated"}""");
    }

    [Fact]
    public async Task The_header_alone_decides_even_when_it_is_wrong()
    {
        await ShowsAsync($"Basic {joe.Key}", joe.Basic, $"probe/caller?{ann.Keys}");
        await ShowsAsync($"Basic {joe.Key}", joe.Basic, "probe/caller?api_id=x&api_key=y");
        using var wrong = await GetAsync($"probe/caller?{joe.Keys}", TestUser.BasicOf(joe.Name, "wrong"));
        Assert.Equal(401, (int)wrong.StatusCode);
        using var token = await GetAsync($"probe/caller?{joe.Keys}", new("Bearer", "410d79341e45c915"));
        Assert.Equal(401, (int)token.StatusCode);
        await ShowsAsync($"Keys {joe.Key}", new("Digest", "username=x"), $"probe/caller?{joe.Keys}");
    }

    [Fact]
    public async Task A_client_is_a_caller_and_no_user()
    {
        var client = await App.AddClientAsync($"viewer {joe.Name}");
        await ShowsAsync("Keys", null, $"probe/caller?{client.Keys}");
        using var answer = await App.Client.PostAsync($"probe/user?{client.Keys}", null, Cancellation);
        await answer.ShowsAsync(400, """{"message":"Requester is not a user."}""");
        using var invalid = await App.Client.PostAsync($"probe/user?limit=x&{client.Keys}", null, Cancellation);
        await invalid.ShowsAsync(400, """{"message":"limit is invalid"}""");
    }

    [Fact]
    public async Task A_new_password_counts_at_once()
    {
        await ShowsAsync($"Basic {joe.Key}", joe.Basic);
        await App.StoreAsync(async db =>
        {
            var user = await db.Users.SingleAsync(user => user.Id == joe.Key);
            user.PasswordHash = App.Services.GetRequiredService<IPasswordHasher<User>>().HashPassword(user, "new");
            await db.SaveChangesAsync();
        });
        using var old = await GetAsync("probe/caller", joe.Basic);
        Assert.Equal(401, (int)old.StatusCode);
        await ShowsAsync($"Basic {joe.Key}", TestUser.BasicOf(joe.Name, "new"));
    }

    [Fact]
    public async Task A_new_name_counts_at_once()
    {
        await ShowsAsync($"Basic {joe.Key}", joe.Basic);
        await App.StoreAsync(async db =>
        {
            var user = await db.Users.SingleAsync(user => user.Id == joe.Key);
            (user.UserName, user.NormalizedUserName) = ($"x{joe.Name}", $"X{joe.Name.ToUpperInvariant()}");
            await db.SaveChangesAsync();
        });
        using var old = await GetAsync("probe/caller", joe.Basic);
        Assert.Equal(401, (int)old.StatusCode);
        await ShowsAsync($"Basic {joe.Key}", TestUser.BasicOf($"x{joe.Name}", joe.Password));
    }

    [Fact]
    public async Task Who_is_gone_is_gone_at_once()
    {
        await ShowsAsync($"Basic {joe.Key}", joe.Basic);
        await ShowsAsync($"Keys {joe.Key}", null, $"probe/caller?{joe.Keys}");
        await App.StoreAsync(async db =>
        {
            db.Remove(await db.Users.SingleAsync(user => user.Id == joe.Key));
            await db.SaveChangesAsync();
        });
        using var basic = await GetAsync("probe/caller", joe.Basic);
        using var keys = await GetAsync($"probe/caller?{joe.Keys}");
        Assert.Equal((401, 401), ((int)basic.StatusCode, (int)keys.StatusCode));
    }

    [Fact]
    public async Task Another_process_is_believed_after_half_a_minute()
    {
        await ShowsAsync($"Basic {joe.Key}", joe.Basic);
        await ShowsAsync($"Keys {joe.Key}", null, $"probe/caller?{joe.Keys}");
        await App.StoreAsync(async db => await db.Users.Where(user => user.Id == joe.Key).ExecuteDeleteAsync());
        clock.Advance(TimeSpan.FromSeconds(29));
        await ShowsAsync($"Basic {joe.Key}", joe.Basic);
        await ShowsAsync($"Keys {joe.Key}", null, $"probe/caller?{joe.Keys}");

        clock.Advance(TimeSpan.FromSeconds(1));
        using var basic = await GetAsync("probe/caller", joe.Basic);
        using var keys = await GetAsync($"probe/caller?{joe.Keys}");
        Assert.Equal((401, 401), ((int)basic.StatusCode, (int)keys.StatusCode));
    }

    [Fact]
    public async Task Test_tells_whether_keys_are_good_and_looks_at_nothing_else()
    {
        var client = await App.AddClientAsync($"viewer {joe.Name}");
        foreach (var (query, good) in new[]
        {
            (joe.Keys, "true"),
            (client.Keys, "true"),
            ($"api_id={joe.ApiId}&api_key={ann.ApiKey}", "false"),
            ("api_id=x&api_key=y", "false"),
            ($"api_id={joe.ApiId}", "false"),
            ("api_id=%00", "false"),
            ("api_id=%00&api_key=%00", "false"),
            ("api_id[]=x&api_key[]=y", "false"),
            ("", "false"),
        })
        {
            foreach (var path in new[] { "test", "auth/test" })
            {
                using var answer = await GetAsync($"{path}?{query}", TestUser.BasicOf(joe.Name, "wrong"));
                var now = clock.GetUtcNow().ToString("yyyy-MM-dd HH:mm:ss", null) + " +0000";
                await answer.ShowsAsync(
                    200, $$"""{"authenticated":{{good}},"source_ip":"127.0.0.1","timestamp":"{{now}}"}""");
            }
        }
    }

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private async Task ShowsAsync(string caller, AuthenticationHeaderValue? authorization, string path = "probe/caller")
    {
        using var answer = await GetAsync(path, authorization);
        await answer.ShowsAsync(200, caller);
    }

    private async Task<HttpResponseMessage> GetAsync(string path, AuthenticationHeaderValue? authorization = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { Authorization = authorization } };
        return await App.Client.SendAsync(request, Cancellation);
    }
}
