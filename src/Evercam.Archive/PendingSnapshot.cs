namespace Evercam.Archive;

/// <summary>A picture whose bytes are in its pack and whose row is not in the index yet. What becomes of it is decided once: it is
/// kept, or its caller is told that it is not.</summary>
internal sealed class PendingSnapshot(Snapshot snapshot)
{
    /// <summary>What is decided of a picture that is kept; of others it is why they are not.</summary>
    private static readonly object Kept = new();

    private readonly TaskCompletionSource durable = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource gone = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private object? outcome;

    public Snapshot Snapshot => snapshot;

    /// <summary>Whether somebody waits for it. Only for the line that it waits in.</summary>
    public bool IsUrgent { get; set; }

    /// <summary>When it joined the line, by the clock's timestamp. Only for the line.</summary>
    public long JoinedAt { get; set; }

    /// <summary>Ends when it survives a crash; fails if it is not kept. By then the moment that it claimed is free again, unless its caller
    /// had given it up.</summary>
    public Task Durable => durable.Task;

    /// <summary>Ends when no row of it will be added any more.</summary>
    public Task Gone => gone.Task;

    public bool IsGivenUp => Volatile.Read(ref outcome) is Exception;

    /// <summary>It is kept; <see cref="LetGo"/> tells it.</summary>
    /// <returns><see langword="false"/> if its caller has been told otherwise.</returns>
    public bool TryKeep() => TryDecide(Kept);

    /// <summary>It is not kept; <see cref="LetGo"/> tells it.</summary>
    public void Refuse(Exception reason) => TryDecide(reason);

    /// <summary>Its caller waits no longer, and is told so at once.</summary>
    public void GiveUp(Exception reason)
    {
        if (TryDecide(reason))
        {
            Tell();
        }
    }

    /// <summary>Tells what was decided, once nothing of it is left to be done by whoever decided it.</summary>
    public void LetGo()
    {
        Tell();
        gone.TrySetResult();
    }

    private bool TryDecide(object decision) => Interlocked.CompareExchange(ref outcome, decision, null) is null;

    private void Tell()
    {
        if (Volatile.Read(ref outcome) is not Exception reason)
        {
            durable.TrySetResult();
        }
        else if (durable.TrySetException(reason))
        {
            // Whether anybody looks at the failure is the caller's business.
            _ = durable.Task.Exception;
        }
    }
}
