using System.Collections.Concurrent;
using Evercam.Tests.SecondFactors;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests.OAuth;

/// <summary>What logging in and agreeing leave in the server's log.</summary>
public sealed class SilenceTests
{
    private const string Verifier = "dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk";
    private const string Challenge = "E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM";

    [Theory]
    [InlineData("Default", "OpenIddict", "Microsoft.AspNetCore", "Microsoft.EntityFrameworkCore", "Microsoft.AspNetCore.DataProtection")]
    [InlineData("OpenIddict.Server.OpenIddictServerDispatcher", "Microsoft.AspNetCore.Authentication.Cookies")]
    [InlineData("openiddict.server.openiddictserverdispatcher")]
    [InlineData("*IddictServerDispatcher", "Microsoft.AspNetCore.*Hosting.Diagnostics")]
    public async Task No_secret_reaches_the_log_however_talkative(params string[] categories)
    {
        using var log = new Listener();
        List<string> secrets = [];
        await using (var app = await EvercamApp.StartAsync(
            categories.ToDictionary(category => $"Logging:LogLevel:{category}", _ => (string?)"Trace"),
            adjust: builder => builder.Services.AddSingleton<ILoggerProvider>(log),
            ownKeys: true))
        {
            using var stage = await OAuthStage.SetAsync(app);
            secrets.AddRange([stage.Joe.Password, Uri.EscapeDataString(stage.Joe.Password), stage.Joe.ApiKey, stage.Client.ApiKey, Verifier]);
            await stage.Surfer.LogInAsync(stage.Joe);
            secrets.Add(stage.Surfer.CookieOf("evercam_session")!);
            var token = await stage.AgreeAsync("user:view");
            secrets.Add(token);

            var agreed = await stage.Surfer.GetAsync(stage.Ask(
                "user:view", ("response_type", "code"), ("redirect_uri", OAuthStage.Callback), ("code_challenge", Challenge), ("code_challenge_method", "S256")));
            var code = agreed.Location!.Split("code=")[1];
            secrets.Add(code);
            foreach (var _ in new[] { "good", "used" })
            {
                var tokens = TokenSet.Of(await stage.Surfer.PostAsync(
                    "/oauth2/token",
                    ("grant_type", "authorization_code"), ("code", code), ("code_verifier", Verifier), ("redirect_uri", OAuthStage.Callback),
                    ("client_id", stage.Client.ApiId), ("client_secret", stage.Client.ApiKey)));
                secrets.AddRange([tokens.Access, tokens.Refresh]);
                tokens = TokenSet.Of(await stage.Surfer.PostAsync(
                    "/oauth2/authorize",
                    ("grant_type", "refresh_code"), ("refresh_token", tokens.Refresh), ("client_secret", stage.Client.ApiKey)));
                secrets.AddRange([tokens.Access, tokens.Refresh]);
            }

            await stage.CallAsync(token, "GET", $"users/{stage.Joe.Name}");
            await stage.Surfer.GetAsync($"/v1/users/{stage.Joe.Name}/credentials?password={Uri.EscapeDataString(stage.Joe.Password)}&{stage.Joe.Keys}");
            await stage.Surfer.GetAsync($"/oauth2/tokeninfo?access_token={token}");
            await stage.Surfer.GetAsync($"/oauth2/revoke?access_token={token}");
            await stage.Surfer.PostAsync("/login", ("username", stage.Joe.Name), ("password", "a-wrong-s3cret"));
            secrets.Add("a-wrong-s3cret");

            var clock = new FakeTimeProvider(TimeProvider.System.GetUtcNow());
            using var factor = await FactorStage.SetWithFactorAsync(app, clock);
            secrets.AddRange([factor.Telephone.Sealed, factor.Telephone.Key.Replace(" ", "", StringComparison.Ordinal), .. factor.RecoveryCodes]);
            secrets.AddRange(factor.RecoveryCodes.Select(one => one.Replace("-", "", StringComparison.Ordinal)));
            await factor.GivePasswordAsync();
            secrets.Add(factor.Surfer.CookieOf("evercam_half")!);
            await factor.GiveCodeAsync("987654321098");
            await factor.GiveCodeAsync(factor.RecoveryCodes[0]);
            await factor.CallAsync(factor.Own);
            secrets.AddRange(["987654321098", factor.Joe.Password]);
        }

        Assert.Contains(log.Lines, line => line.Contains("switched the second factor on", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("gave a wrong code", StringComparison.Ordinal));
        Assert.Contains(log.Lines, line => line.Contains("used a recovery code", StringComparison.Ordinal));
        foreach (var secret in secrets.Where(secret => secret.Length > 0).Distinct())
        {
            Assert.DoesNotContain(log.Lines, line => line.Contains(secret, StringComparison.Ordinal));
        }
    }

    private sealed class Listener : ILoggerProvider, ILogger
    {
        public ConcurrentQueue<string> Lines { get; } = [];

        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull
        {
            Lines.Enqueue($"{state}");
            return null;
        }

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(
            LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
            Lines.Enqueue($"{formatter(state, exception)} {exception}");

        public void Dispose()
        {
        }
    }
}
