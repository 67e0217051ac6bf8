using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Storage.Catalog;
using Evercam.Tests.Archive;
using Evercam.Tests.Servers;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Evercam.Tests.Cameras;

/// <summary>A camera's card that is outdated before it is written: another server has changed or deleted the camera meanwhile.</summary>
public sealed class OvertakenCardTests : IAsyncLifetime
{
    private readonly LogShelf log = new();
    private EvercamApp app = null!;
    private Person joe = null!;
    private string id = null!;
    private long key;

    /// <summary>What happens before the next card is written, which was looked up already.</summary>
    private Func<Task>? meanwhile;

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    private IPackStore Packs => app.Services.GetRequiredService<IPackStore>();

    public async ValueTask InitializeAsync()
    {
        app = await EvercamApp.StartAsync(adjust: builder =>
        {
            builder.Logging.AddProvider(log);
            builder.InterposePacks(call => call.Method is nameof(IPackStore.WriteCardAsync) ? WriteAsync(call) : call.GoThrough());
        });
        joe = await app.SignUpAsync();
        id = await app.AddCameraAsync(joe);
        key = await app.StoreAsync(db => db.Cameras.Where(c => c.Id == id).Select(c => c.Key).SingleAsync(Cancellation));
    }

    public async ValueTask DisposeAsync()
    {
        await app.DisposeAsync();
        log.Dispose();
    }

    [Fact]
    public async Task What_was_changed_meanwhile_is_on_it()
    {
        meanwhile = () => app.StoreAsync(db => db.Cameras.Where(c => c.Id == id)
            .ExecuteUpdateAsync(set => set.SetProperty(c => c.Name, "Back Door"), Cancellation));
        Assert.Equal(200, (await app.AskAsync("PATCH", $"cameras/{id}", joe, ("name", "Side Door"))).Status);
        Assert.Equal("Back Door", (string?)JsonNode.Parse((await Packs.ReadCardAsync(key, Cancellation))!)!["name"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task It_goes_with_a_camera_that_was_deleted_meanwhile(bool isFolderGone)
    {
        meanwhile = async () =>
        {
            Assert.True(await app.StoreAsync(db => db.DeleteCameraAsync(key, Cancellation)));
            if (isFolderGone)
            {
                throw new DirectoryNotFoundException("It went with the camera.");
            }
        };
        await app.AskAsync("PATCH", $"cameras/{id}", joe, ("name", "Side Door"));
        Assert.Null(Volatile.Read(ref meanwhile));
        Assert.Null(await Packs.ReadCardAsync(key, Cancellation));
        Assert.DoesNotContain(log.Lines, line => line.Contains("not all was told", StringComparison.Ordinal));
    }

    private async Task WriteAsync(InterposedCall call)
    {
        await (Interlocked.Exchange(ref meanwhile, null)?.Invoke() ?? Task.CompletedTask);
        await (Task)call.GoThrough()!;
    }
}
