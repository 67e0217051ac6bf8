namespace Evercam.Archive;

/// <summary>Looks every second whether a camera has something left to be done, such as pictures to take back.</summary>
internal sealed class Cleaner(CameraWriters writers, Deletions deletions, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>After something refused.</summary>
    private static readonly TimeSpan LongPause = TimeSpan.FromSeconds(10);

    private readonly CancellationTokenSource stopping = new();
    private Task loop = Task.CompletedTask;

    public void Start() => loop = Task.Run(RunAsync);

    public async ValueTask DisposeAsync()
    {
        await stopping.CancelAsync();
        await loop;
        stopping.Dispose();
    }

    private async Task RunAsync()
    {
        var pause = Pause;
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(pause, clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            pause = await CleanAsync() ? Pause : LongPause;
        }
    }

    /// <returns>Whether nothing is left.</returns>
    private async Task<bool> CleanAsync()
    {
        var isDone = true;
        try
        {
            foreach (var camera in writers.InDebt)
            {
                isDone &= await deletions.FinishCameraAsync(camera, owesErasures: false, stopping.Token);
            }
        }
        catch (OperationCanceledException)
        {
            return false;
        }

        return isDone;
    }
}
