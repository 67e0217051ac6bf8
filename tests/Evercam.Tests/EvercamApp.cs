using Evercam.Server;
using Evercam.Server.Http;
using Evercam.Storage;
using Evercam.Storage.Catalog;
using Evercam.Tests.OpenApi;
using Evercam.Tests.Servers;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.Identity;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests;

/// <summary>A whole server in this process: a real listener on a free loopback port, and a data directory of its own.</summary>
public sealed class EvercamApp : IAsyncDisposable
{
    /// <summary>EF makes a model for each key ring, and each query anew for each model: with one for all servers it makes them
    /// once. That the program keeps its keys in its folder is what the tests of storage and those of the program see.</summary>
    internal static readonly EphemeralDataProtectionProvider SharedKeys = new();

    /// <summary>Cameras of tests answer at once, or never, and so does the database: only the latter takes so long, however slow the machine is.</summary>
    private static readonly Dictionary<string, string?> Patience = new()
    {
        ["Evercam:Cameras:AnswerTimeout"] = "00:00:30",
        ["Evercam:Cameras:Deadline"] = "00:01:00",
        ["Evercam:Http:RememberUnheard"] = "00:01:00",
    };

    /// <summary>The passwords of tests are worth nothing to a thief: thousands of sign-ups would spend minutes on theirs.</summary>
    private const int PasswordIterations = 1_000;

    private readonly TempFolder data;
    private readonly WebApplication app;
    private readonly SocketsHttpHandler handler = new() { AllowAutoRedirect = false, UseCookies = false };

    private EvercamApp(TempFolder data, WebApplication app)
    {
        this.data = data;
        this.app = app;
        Address = new Uri(app.Urls.Single());
        Client = new HttpClient(handler) { BaseAddress = new Uri(Address, "/v1/") };
    }

    /// <summary>Where it listens, such as <c>http://127.0.0.1:40123</c>.</summary>
    public Uri Address { get; }

    /// <summary>Asks paths relative to <c>/v1/</c>; follows no redirect and keeps no cookie.</summary>
    public HttpClient Client { get; }

    /// <summary>Its data directory.</summary>
    public string Folder => data.Path;

    public IServiceProvider Services => app.Services;

    /// <summary>Starts one.</summary>
    /// <param name="settings">Configuration that differs from the defaults, such as
    /// <c>Evercam:Http:UploadLimitBytes</c>.</param>
    /// <param name="clock">The time, where the test says it.</param>
    /// <param name="map">Routes beside those of the API, under <c>/v1</c>.</param>
    /// <param name="adjust">Anything else that differs.</param>
    /// <param name="ownKeys">Whether it has the keys that the program has, in its folder, instead of those of all servers of
    /// tests.</param>
    public static async Task<EvercamApp> StartAsync(
        IReadOnlyDictionary<string, string?>? settings = null,
        TimeProvider? clock = null,
        Action<IEndpointRouteBuilder>? map = null,
        Action<WebApplicationBuilder>? adjust = null,
        bool ownKeys = false)
    {
        var data = TempFolder.InMemory();
        if (settings?.ContainsKey("ConnectionStrings:Evercam") != true)
        {
            await PreparedDatabase.PutIntoAsync(data.Path);
        }

        var app = EvercamHost.Build(["--urls", "http://127.0.0.1:0", "--Evercam:DataDirectory", data.Path], builder =>
        {
            builder.Logging.ClearProviders();
            builder.Configuration.AddInMemoryCollection(Patience).AddInMemoryCollection(settings ?? new Dictionary<string, string?>());
            if (clock is not null)
            {
                builder.Services.AddSingleton(clock);
            }

            if (!ownKeys)
            {
                builder.Services.AddSingleton<IDataProtectionProvider>(SharedKeys);
            }

            builder.Services.Configure<PasswordHasherOptions>(options => options.IterationCount = PasswordIterations);
            builder.Services.AddSingleton(Traffic.Watch);
            adjust?.Invoke(builder);
        });
        map?.Invoke(app.MapApi());
        await app.Services.PrepareEvercamStorageAsync(TestContext.Current.CancellationToken);
        await app.StartAsync();
        return new(data, app);
    }

    /// <summary>Changes the database behind the server's back, or with its eyes open if <paramref name="change"/> saves.</summary>
    public async Task<T> StoreAsync<T>(Func<EvercamDb, Task<T>> change)
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await change(scope.ServiceProvider.GetRequiredService<EvercamDb>());
    }

    public Task StoreAsync(Func<EvercamDb, Task> change) => StoreAsync<object?>(async db =>
    {
        await change(db);
        return null;
    });

    /// <summary>Stops it as the system does.</summary>
    public Task StopAsync() => app.StopAsync();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        handler.Dispose();
        await app.StopAsync();
        EfMemory.Forget(app.Services);
        await app.DisposeAsync();
        data.Dispose();
    }
}
