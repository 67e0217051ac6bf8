using Evercam.Tests.Servers;
using Microsoft.AspNetCore.Identity;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests;

/// <summary>One whole server for all tests of a class, on one of the databases. A class fixture.</summary>
public abstract class SharedApp : IAsyncLifetime
{
    public EvercamApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        // Nobody is asked who is not on this machine.
        var settings = new Dictionary<string, string?>(await SettingsAsync()) { ["Evercam:Recorder:OnlineCheck"] = "false" };
        App = await EvercamApp.StartAsync(settings, adjust: builder =>
        {
            // Slow hashes are tested by themselves.
            builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = 1_000);
        });
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<Dictionary<string, string?>> SettingsAsync();
}

public sealed class SqliteApp : SharedApp
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>());
}

public sealed class PostgresApp(PostgresServer server) : SharedApp
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new() { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}
