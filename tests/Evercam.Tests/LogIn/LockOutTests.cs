namespace Evercam.Tests.LogIn;

/// <summary>Somebody gives wrong passwords for joe, all day: joe logs in all the same.</summary>
public sealed class LockOutTests
{
    [Fact]
    public async Task Nobody_shuts_another_out_from_one_address()
    {
        await using var app = await StartAsync([]);
        var joe = await app.AddUserAsync("joe");
        for (var guess = 0; guess < 10; guess++)
        {
            Assert.Equal((302, "/login"), (await LogInFromAsync(app, "192.0.2.1", $"guess {guess}")).Ends);
        }

        Assert.Equal(429, (await LogInFromAsync(app, "192.0.2.1", joe.Password)).Status);
        Assert.Equal((302, "/"), (await LogInFromAsync(app, "192.0.2.2", joe.Password)).Ends);
    }

    [Fact]
    public async Task Nor_is_an_account_open_to_guesses_from_everywhere()
    {
        await using var app = await StartAsync(new() { ["Evercam:Http:GuessesPerAccountFromAll"] = "30" });
        var joe = await app.AddUserAsync("joe");
        for (var guess = 0; guess < 30; guess++)
        {
            Assert.Equal((302, "/login"), (await LogInFromAsync(app, $"192.0.2.{guess / 6}", $"guess {guess}")).Ends);
        }

        Assert.Equal(429, (await LogInFromAsync(app, "198.51.100.1", joe.Password)).Status);
    }

    private static Task<EvercamApp> StartAsync(Dictionary<string, string?> settings) => EvercamApp.StartAsync(
        new Dictionary<string, string?>(settings)
        {
            ["Evercam:Http:TrustedProxies:0"] = "127.0.0.1",
            ["Evercam:Http:GuessWindow"] = "1.00:00:00",
        });

    private static async Task<Sight> LogInFromAsync(EvercamApp app, string source, string password)
    {
        using var surfer = new Surfer(app);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/login")
        {
            Content = new FormUrlEncodedContent([new("username", "joe"), new("password", password)]),
        };
        request.Headers.Add("X-Forwarded-For", source);
        return await surfer.SendAsync(request);
    }
}
