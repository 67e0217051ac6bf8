using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Pages;

/// <summary>The button that tests a camera, pressed again and again, and the call that does the same.</summary>
public sealed class CameraTryoutTests
{
    private readonly FakeTimeProvider clock = new(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_user_tests_so_many_cameras_within_a_minute()
    {
        await using var app = await StartAsync(testsPerMinute: 2);
        using var joe = new Surfer(app);
        using var ann = new Surfer(app);
        await joe.LogInAsync(await app.AddUserAsync(CatalogRows.Fresh("joe")));
        await ann.LogInAsync(await app.AddUserAsync(CatalogRows.Fresh("ann")));
        foreach (var _ in Enumerable.Range(0, 2))
        {
            Assert.Contains("Nothing answers at this address.", (await TestAsync(joe)).Text, StringComparison.Ordinal);
        }

        var shut = await TestAsync(joe);
        Assert.Equal((429, "60"), (shut.Status, shut.Header("Retry-After")));
        Assert.Contains("Please wait 60 seconds and test again.", shut.Text, StringComparison.Ordinal);
        Assert.DoesNotContain("answers at this address", shut.Text, StringComparison.Ordinal);
        Assert.Equal(200, (await TestAsync(ann)).Status);

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal(200, (await TestAsync(joe)).Status);
    }

    [Fact]
    public async Task The_button_and_the_API_count_together_whatever_a_user_calls_with()
    {
        await using var app = await StartAsync(testsPerMinute: 4);
        using var surfer = new Surfer(app);
        var (joe, ann) = (await app.AddUserAsync(CatalogRows.Fresh("joe")), await app.AddUserAsync(CatalogRows.Fresh("ann")));
        await surfer.LogInAsync(joe);
        var (his, nobodys) = (await AddClientAsync(app, joe.Key), await AddClientAsync(app, creator: null));
        Assert.Equal(200, (await TestAsync(surfer)).Status);
        Assert.Equal((503, null), await AskAsync(app, joe.Keys));
        Assert.Equal((503, null), await AskAsync(app, his.Keys));

        // What is refused for what it says goes nowhere, and counts for nothing.
        Assert.Equal(400, (await app.AskAsync("GET", $"cameras/test?external_url=x:y&jpg_url=/&cam_username=&cam_password=&{joe.Keys}")).Status);
        Assert.Equal((503, null), await AskAsync(app, joe.Keys));
        Assert.Equal(((429, "60"), (429, "60"), 429), (await AskAsync(app, joe.Keys), await AskAsync(app, his.Keys), (await TestAsync(surfer)).Status));
        Assert.Equal(((503, null), (503, null)), (await AskAsync(app, ann.Keys), await AskAsync(app, nobodys.Keys)));

        clock.Advance(TimeSpan.FromMinutes(1));
        Assert.Equal((503, null), await AskAsync(app, joe.Keys));
    }

    private Task<EvercamApp> StartAsync(int testsPerMinute) => EvercamApp.StartAsync(
        new Dictionary<string, string?>
        {
            ["Evercam:Cameras:TestsPerMinute"] = $"{testsPerMinute}",
            ["Evercam:Recorder:OnlineCheck"] = "false",
        },
        clock);

    private static async Task<TestUser> AddClientAsync(EvercamApp app, long? creator)
    {
        var client = await app.AddClientAsync(CatalogRows.Fresh("application"), "https://app.example/back");
        await app.StoreAsync(db => db.Clients.Where(row => row.Key == client.Key)
            .ExecuteUpdateAsync(set => set.SetProperty(row => row.CreatorKey, creator), Cancellation));
        return client;
    }

    private static async Task<(int Status, string? RetryAfter)> AskAsync(EvercamApp app, string keys)
    {
        using var answer = await app.Client.GetAsync(
            $"cameras/test?external_url=http://127.0.0.1:1&jpg_url=/door.jpg&cam_username=&cam_password=&{keys}", Cancellation);
        return ((int)answer.StatusCode, answer.Headers.RetryAfter?.ToString());
    }

    private static async Task<Sight> TestAsync(Surfer surfer) => await surfer.PostAsync("/cameras/new", (await surfer.GetAsync("/cameras/new")).Fill(
        ("name", "Door"), ("external_host", "127.0.0.1"), ("external_http_port", "1"), ("jpg_url", "/door.jpg"), ("action", "test")));
}
