using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.OAuth;

/// <summary>What time does to codes.</summary>
public sealed class CodeTimeTests
{
    [Theory]
    [InlineData(59, 200)]
    [InlineData(60, 400)]
    public async Task A_code_waits_a_minute(int seconds, int status)
    {
        var clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));
        await using var app = await EvercamApp.StartAsync(clock: clock);
        using var stage = await OAuthStage.SetAsync(app);
        await stage.Surfer.LogInAsync(stage.Joe);
        await stage.Surfer.GetAsync(stage.Ask("user:view", ("response_type", "code"), ("redirect_uri", OAuthStage.Callback)));
        var agreed = await stage.Surfer.PostAsync("/oauth2/feedback", ("action", "approve"));
        clock.Advance(TimeSpan.FromSeconds(seconds));
        var tokens = await stage.Surfer.PostAsync(
            "/oauth2/token",
            ("grant_type", "authorization_code"),
            ("code", agreed.Location!.Split("code=")[1]),
            ("client_id", stage.Client.ApiId),
            ("client_secret", stage.Client.ApiKey),
            ("redirect_uri", OAuthStage.Callback));
        Assert.Equal(status, tokens.Status);
    }
}
