using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;

namespace Evercam.Tests.Pages;

/// <summary>Joe is logged in with a browser that has no scripts: so most tests of pages begin.</summary>
public abstract class JoesBrowser(EvercamApp app) : IAsyncLifetime
{
    private protected Surfer Surfer { get; } = new(app);

    protected EvercamApp App => app;

    protected TestUser Joe { get; private set; } = null!;

    protected static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public virtual async ValueTask InitializeAsync()
    {
        Joe = await app.AddUserAsync(CatalogRows.Fresh("joe"));
        await Surfer.LogInAsync(Joe);
    }

    public ValueTask DisposeAsync()
    {
        Surfer.Dispose();
        GC.SuppressFinalize(this);
        return ValueTask.CompletedTask;
    }
}

/// <summary>And he has a camera in Dublin.</summary>
public abstract class JoesCamera(EvercamApp app) : JoesBrowser(app)
{
    protected string Id { get; } = CatalogRows.Fresh("front-door-");

    protected long Key { get; private set; }

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        Key = await App.AddCameraAsync(Id, Joe);
        await App.StoreAsync(db => db.Cameras.Where(camera => camera.Key == Key).ExecuteUpdateAsync(
            set => set.SetProperty(camera => camera.Timezone, "Europe/Dublin"), Cancellation));
    }
}
