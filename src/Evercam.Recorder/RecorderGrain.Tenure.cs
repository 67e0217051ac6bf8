using Orleans.Runtime.Placement;

namespace Evercam.Recorder;

/// <summary>How a recorder goes from one server to another.</summary>
internal sealed partial class RecorderGrain
{
    /// <summary>Another server may have the camera next.</summary>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        waiting.Ended(Key);

        // One that has stopped, since another server had the camera, and was asked again before it ended, has taken it back and plans nothing.
        var isBusy = timer is not null || IsStale || (isStopped && settings is not null);
        return Task.Run(() => tenures.LeaveAsync(Key, isBusy), CancellationToken.None);
    }

    public Task MoveAsync(string server)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, SiloAddress.FromParsableString(server));
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }
}
