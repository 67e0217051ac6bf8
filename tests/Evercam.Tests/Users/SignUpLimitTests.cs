using System.Text;
using System.Text.Json.Nodes;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Time.Testing;
using static Evercam.Tests.People;

namespace Evercam.Tests.Users;

/// <summary>A new account costs a slow hash and a name that nobody else can have: one source gets so many and no more.</summary>
public sealed class SignUpLimitTests : IAsyncLifetime
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(CatalogRows.Now));
    private EvercamApp app = null!;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async ValueTask InitializeAsync() => app = await EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["Evercam:Http:SignUpsPerSource"] = "2",
            ["Evercam:Http:SignUpWindow"] = "01:00:00",
            ["Evercam:Recorder:OnlineCheck"] = "false",
        },
        clock);

    public ValueTask DisposeAsync() => app.DisposeAsync();

    [Fact]
    public async Task A_source_that_makes_many_accounts_must_wait()
    {
        var joe = await app.SignUpAsync();
        Assert.Equal(Broken("username is already registered", "email is already registered"), await SignUpAsync(joe));
        await app.SignUpAsync();
        clock.Advance(TimeSpan.FromMinutes(20));

        using (var body = new StringContent(SignUpOf(new("late")).ToJsonString(), Encoding.UTF8, "application/json"))
        {
            using var refused = await app.Client.PostAsync("users", body, Cancellation);
            Assert.Equal(429, (int)refused.StatusCode);
            Assert.Equal("""{"message":"Too Many Requests"}""", await refused.Content.ReadAsStringAsync(Cancellation));
            Assert.Equal(TimeSpan.FromMinutes(40), refused.Headers.RetryAfter?.Delta);
        }

        // Whoever has an account gets in all the same.
        Assert.Equal(200, (await app.AskAsync("GET", $"users/{joe.Name}", joe)).Status);
        clock.Advance(TimeSpan.FromMinutes(40));
        await app.SignUpAsync();
    }

    private Task<(int Status, string Body)> SignUpAsync(Person person) =>
        app.AskAsync("POST", "users", json: (JsonNode)SignUpOf(person));
}
