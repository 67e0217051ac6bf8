namespace Evercam.Server.Series;

/// <summary>How it is learnt what the process before this one left.</summary>
internal sealed partial class Timelapses
{
    /// <summary>Of these the disk did not give the notes.</summary>
    private readonly HashSet<string> unread = [];
    private bool isRead;

    /// <summary>Reads what the process before this one left. What it was making has failed, honestly.</summary>
    /// <exception cref="IOException">The disk refuses: the next order or deletion tries again.</exception>
    public void Start()
    {
        lock (gate)
        {
            BeRead();
        }
    }

    /// <summary>Reads what the disk did not give before: until then nobody sees it, and it takes room that is not counted.</summary>
    /// <exception cref="IOException">The disk refuses to say what there is.</exception>
    public void ReadAgain()
    {
        lock (gate)
        {
            BeRead();
            ReadLeft();
        }
    }

    /// <summary>Reads the notes, if that has not been done. What is not noted any more counts all the same.</summary>
    private void BeRead()
    {
        if (isRead)
        {
            return;
        }

        var (notes, refused) = folder.ReadAll();
        foreach (var left in notes)
        {
            all[left.Id] = left;
        }

        unread.UnionWith(refused);
        isRead = true;
        foreach (var left in notes)
        {
            Recover(left);
        }
    }

    /// <summary>What was being made has failed, and so has what has no video any more: it went while nobody could read the note.</summary>
    private void Recover(Timelapse left)
    {
        var lost = left.Status switch
        {
            TimelapseStatus.Running => left.Failed("The server was stopped while it was made") with { EndedAt = clock.GetUtcNow() },
            TimelapseStatus.Done when !folder.HasVideo(left.Id) => left.Failed("Its video is not there any more"),
            _ => null,
        };
        try
        {
            if (lost is not null)
            {
                Keep(lost);
            }
        }
        catch (IOException reason)
        {
            LogUnnoted(left.Id, reason.Message);
        }
    }

    /// <summary>Tries again to read the notes that the disk did not give.</summary>
    private void ReadLeft()
    {
        foreach (var id in unread.ToList())
        {
            if (!folder.TryRead(id, out var left))
            {
                continue;
            }

            if (left is null)
            {
                Drop(id);
                continue;
            }

            unread.Remove(id);
            all[id] = left;
            Recover(left);
            if (left.Status == TimelapseStatus.Waiting)
            {
                ordered.Release();
            }
        }
    }

    /// <summary>Deletes what has no note, as at the start. What the disk keeps is tried again.</summary>
    private void Drop(string id)
    {
        try
        {
            folder.Delete(id);
            unread.Remove(id);
        }
        catch (IOException reason)
        {
            LogNotDropped(id, reason.Message);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "What became of time-lapse {Timelapse} is not noted: {Reason}")]
    private partial void LogUnnoted(string timelapse, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Time-lapse {Timelapse} has no note, and cannot be deleted: {Reason}")]
    private partial void LogNotDropped(string timelapse, string reason);
}
