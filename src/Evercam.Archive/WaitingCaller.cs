namespace Evercam.Archive;

/// <summary>A caller who waits for its picture to be kept. It may leave until the first byte is written; from then on its memory is
/// being read.</summary>
internal sealed class WaitingCaller
{
    private int decided;

    /// <summary>Asked once by the caller that wants to leave, and once by whoever wants to write: the first may.</summary>
    public bool IsFirst() => Interlocked.Exchange(ref decided, 1) == 0;
}
