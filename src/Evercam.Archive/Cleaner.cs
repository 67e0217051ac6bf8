namespace Evercam.Archive;

/// <summary>Looks every second whether a camera has something left to be done, such as pictures to take back. One that disk or database
/// refused rests for a while, and holds up no other.</summary>
internal sealed class Cleaner(CameraWriters writers, Deletions deletions, ITenures tenures, TimeProvider clock) : IAsyncDisposable
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);

    /// <summary>As long as a caller waits by default: whoever was told that its picture is not kept finds its second free again when it
    /// has tried once more. Each try costs the database a transaction.</summary>
    private static readonly TimeSpan Rest = TimeSpan.FromSeconds(10);

    private readonly Dictionary<long, long> refusedAt = [];
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
        while (!stopping.IsCancellationRequested)
        {
            await Task.Delay(Pause, clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await CleanAsync();
        }
    }

    private async Task CleanAsync()
    {
        try
        {
            foreach (var camera in writers.InDebt.Where(key => tenures.Of(key) is not null && IsRested(key)))
            {
                refusedAt.Remove(camera);
                if (!await deletions.FinishCameraAsync(camera, owesErasures: false, stopping.Token))
                {
                    refusedAt[camera] = clock.GetTimestamp();
                }
            }
        }
        catch (OperationCanceledException)
        {
            // The archive is closed.
        }
    }

    private bool IsRested(long camera) => !refusedAt.TryGetValue(camera, out var then) || clock.GetElapsedTime(then) >= Rest;
}
