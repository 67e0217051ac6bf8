using Evercam.Server.Http;
using Evercam.Storage;

namespace Evercam.Server.Rights;

/// <summary>Forgets the callers and cameras that are changed by another server on the same database, or by a command: what
/// <see cref="ForgetOnChange"/> does for this server's own changes.</summary>
internal sealed class OthersChanges(IOtherServers others, CallerCache callers, AccessCache cameras) : IHostedService
{
    /// <summary>When this returns, what others change is heard, so that what the first request brings can be remembered.</summary>
    public Task StartAsync(CancellationToken cancellationToken) => others.ListenAsync(Forget, ForgetAll, cancellationToken);

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    private void Forget(CatalogChange change)
    {
        switch (change.What)
        {
            case ChangedThing.User:
                callers.ForgetUser(change.Key);
                break;
            case ChangedThing.Client:
                callers.ForgetClient(change.Key);
                break;
            case ChangedThing.Camera:
                cameras.Forget(change.Key);
                break;
            default:
                ForgetAll();
                break;
        }
    }

    private void ForgetAll()
    {
        callers.ForgetAll();
        cameras.ForgetAll();
    }
}
