using Orleans.Runtime.Placement;

namespace Evercam.Recorder;

/// <summary>How a recorder goes from one server to another.</summary>
internal sealed partial class RecorderGrain
{
    /// <summary>Another server may have the camera next.</summary>
    public override Task OnDeactivateAsync(DeactivationReason reason, CancellationToken cancellationToken)
    {
        var isBusy = timer is not null || IsStale;
        return Task.Run(() => tenures.LeaveAsync(Key, isBusy), CancellationToken.None);
    }

    public Task MoveAsync(string server)
    {
        RequestContext.Set(IPlacementDirector.PlacementHintKey, SiloAddress.FromParsableString(server));
        this.MigrateOnIdle();
        return Task.CompletedTask;
    }
}
