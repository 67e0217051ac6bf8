namespace Evercam.Recorder;

/// <summary>How a recorder follows the settings of its camera.</summary>
internal sealed partial class RecorderGrain
{
    /// <summary>Until the settings are read again, when they could not be.</summary>
    private static readonly TimeSpan RetryPause = TimeSpan.FromSeconds(2);

    /// <summary>Whether the settings that hold could not be read, or another server has the camera by now; they are read again.</summary>
    private bool IsStale => retrying is not null || isElsewhere;

    /// <summary>A recorder that cannot read its settings stays and tries again: whoever woke it may not come back.</summary>
    public override async Task OnActivateAsync(CancellationToken cancellationToken)
    {
        try
        {
            await LoadAsync();
        }
#pragma warning disable CA1031 // Whatever it is, it is tried again.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            waiting.Failed(Key, reason);
        }
    }

    public async Task ReloadAsync()
    {
        // One after the other: what was read first must not be what holds in the end.
        await (loading = LoadAfterAsync(loading));
        if (settings is null)
        {
            await keeper.DeleteCameraAsync(Key);
            Stop();
        }
    }

    private async Task LoadAfterAsync(Task earlier)
    {
        await earlier.ConfigureAwait(ConfigureAwaitOptions.ContinueOnCapturedContext | ConfigureAwaitOptions.SuppressThrowing);
        await LoadAsync();
    }

    private async Task LoadAsync()
    {
        CameraSettings? read;
        try
        {
            // It is said once: should the settings not be read now, it is told when they are.
            left = await Task.Run(() => tenures.TakeAsync(Key)) ?? left;
            read = await Task.Run(() => settingsReader.ReadAsync(Key, CancellationToken.None));
        }
        catch
        {
            retrying ??= this.RegisterGrainTimer(
                _ => RetryAsync(), new GrainTimerCreationOptions(RetryPause, RetryPause) { Interleave = true, KeepAlive = true });
            throw;
        }

        retrying?.Dispose();
        retrying = null;
        isElsewhere = false;
        waiting.Began(Key);
        var wasTaken = left is not null;
        if (left is not null && read is not null)
        {
            Coverage.TakeOver(read, left, clock.GetUtcNow());
        }

        left = null;
        if (read is null || read != settings || wasTaken)
        {
            Follow(read);
        }
    }

    /// <summary>What was learnt of the camera counts as long as it is asked as ever, or whoever saves it again and again would have it asked
    /// without a pause.</summary>
    private void Follow(CameraSettings? read)
    {
        var isAskedAsEver = read?.AskAs(settings) == true;
        if (settings?.Endpoint is { } before && before != read?.Endpoint)
        {
            // Whoever sends it elsewhere and back, or changes its account, looks after it: it may ask for its password in another way now. Any
            // other save says nothing of that, or whoever stands in between would only have to wait for one.
            fetcher.Forget(before);
        }

        settings = read;
        keeper.OwnerKey = settings?.OwnerKey;
        View.Begin(settings);
        Recording.Begin(settings);
        if (isAskedAsEver)
        {
            agenda.Change();
        }
        else
        {
            agenda.Start(clock.GetUtcNow());
        }

        Plan();
    }

    /// <summary>Without settings nobody can tell a camera that is gone from one that was never read.</summary>
    private Task BeLoadedAsync() => settings is null && IsStale ? ReloadAsync() : Task.CompletedTask;

    private async Task RetryAsync()
    {
        try
        {
            await ReloadAsync();
        }
#pragma warning disable CA1031 // The timer tries again.
        catch (Exception reason)
#pragma warning restore CA1031
        {
            waiting.Failed(Key, reason);
        }
    }
}
