using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore.Diagnostics;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests;

/// <summary>One whole server for all tests of a class, on one of the databases. A class fixture.</summary>
public abstract class SharedApp : IAsyncLifetime
{
    public EvercamApp App { get; private set; } = null!;

    /// <summary>What happens in the middle of its requests.</summary>
    public Meanwhile Meanwhile { get; } = new();

    /// <summary>What the server asks its catalog.</summary>
    public Statements Statements { get; } = new();

    /// <summary>The time, where the tests say it.</summary>
    protected virtual TimeProvider? Clock => null;

    /// <summary>Stops requests of it in their middle.</summary>
    public Standstill Standstill { get; } = new();

    public async ValueTask InitializeAsync()
    {
        // Nobody is asked who is not on this machine; and what tests leave half done stays so.
        var settings = new Dictionary<string, string?>(await SettingsAsync())
        {
            ["Evercam:Recorder:OnlineCheck"] = "false",
            ["Evercam:Recorder:UpkeepInterval"] = "01:00:00",
        };
        App = await EvercamApp.StartAsync(settings, Clock, adjust: builder =>
        {
            Meanwhile.StandIn(builder);

            builder.Services.AddSingleton<IInterceptor>(Statements);
            builder.Services.AddHttpContextAccessor();
            builder.Services.AddSingleton<IInterceptor>(Standstill);
        });
    }

    public async ValueTask DisposeAsync()
    {
        Standstill.Dispose();
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
