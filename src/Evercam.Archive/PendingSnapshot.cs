namespace Evercam.Archive;

/// <summary>A picture whose bytes are in its pack and whose row is not in the index yet. What becomes of it is decided once: it is
/// kept, or its caller was told that it is not.</summary>
internal sealed class PendingSnapshot(Snapshot snapshot)
{
    private readonly TaskCompletionSource durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public Snapshot Snapshot => snapshot;

    /// <summary>Whether somebody waits for it. Only for the line that it waits in.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>When it joined the line, by the clock's timestamp. Only for the line.</summary>
    public long JoinedAt { get; set; }

    /// <summary>Ends when it survives a crash; fails if it is not kept.</summary>
    public Task Durable => durable.Task;

    /// <summary>Ends when no row of it will be added any more.</summary>
    public Task Gone => gone.Task;

    public bool IsGivenUp => durable.Task.IsFaulted;

    /// <returns><see langword="false"/> if its caller has been told otherwise.</returns>
    public bool TryKeep() => durable.TrySetResult();

    /// <returns><see langword="false"/> if it is durable already.</returns>
    public bool TryGiveUp(Exception reason)
    {
        if (!durable.TrySetException(reason))
        {
            return false;
        }

        // Whether anybody looks at the failure is the caller's business.
        _ = durable.Task.Exception;
        return true;
    }

    public void LetGo() => gone.TrySetResult();
}
