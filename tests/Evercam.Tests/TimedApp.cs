using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.Extensions.Time.Testing;

namespace Evercam.Tests;

/// <summary>A server whose time the tests say, for all tests of a class. A class fixture.</summary>
public abstract class TimedApp : IAsyncLifetime
{
    public EvercamApp App { get; private set; } = null!;

    public FakeTimeProvider Clock { get; } = new(DateTimeOffset.FromUnixTimeSeconds(1_397_660_698));

    /// <summary>What happens in the middle of its requests.</summary>
    public Meanwhile Meanwhile { get; } = new();

    /// <summary>Who may sign up.</summary>
    protected virtual string SignUp => "open";

    public async ValueTask InitializeAsync()
    {
        var settings = new Dictionary<string, string?>(await SettingsAsync())
        {
            ["Evercam:SignUp"] = SignUp,
            ["Evercam:Recorder:OnlineCheck"] = "false",

            // All tests come from one source.
            ["Evercam:Http:GuessesPerSource"] = "1000000",

            // But where one comes from elsewhere.
            ["Evercam:Http:TrustedProxies:0"] = "127.0.0.1",
        };
        App = await EvercamApp.StartAsync(settings, Clock, adjust: Meanwhile.StandIn);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<Dictionary<string, string?>> SettingsAsync();
}

public class TimedSqliteApp : TimedApp
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>());
}

public class TimedPostgresApp(PostgresServer server) : TimedApp
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new() { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}
