using Evercam.Tests.Storage;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.Pages;

/// <summary>The button that tests a camera, pressed again and again.</summary>
public sealed class CameraTryoutTests
{
    [Fact]
    public async Task A_user_tests_so_many_cameras_within_a_minute()
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));
        var settings = new Dictionary<string, string?>
        {
            ["Evercam:Cameras:TestsPerMinute"] = "2",
            ["Evercam:Recorder:OnlineCheck"] = "false",
        };
        await using var app = await EvercamApp.StartAsync(
            settings, clock, adjust: builder => builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000));
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

    private static async Task<Sight> TestAsync(Surfer surfer) => await surfer.PostAsync("/cameras/new", (await surfer.GetAsync("/cameras/new")).Fill(
        ("name", "Door"), ("external_host", "127.0.0.1"), ("external_http_port", "1"), ("jpg_url", "/door.jpg"), ("action", "test")));
}
