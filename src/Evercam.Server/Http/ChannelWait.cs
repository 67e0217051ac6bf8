using System.Threading.Channels;

namespace Evercam.Server.Http;

/// <summary>How long streams of answers wait for what comes next.</summary>
internal static class ChannelWait
{
    /// <summary>Waits for the next item.</summary>
    /// <returns><see langword="null"/> if none came in this time.</returns>
    /// <exception cref="ChannelClosedException">None will come any more.</exception>
    public static async Task<T?> ReadWithinAsync<T>(
        this ChannelReader<T> channel, TimeSpan within, TimeProvider clock, CancellationToken cancellation)
        where T : class
    {
        if (channel.TryRead(out var waiting))
        {
            return waiting;
        }

        using var patience = new CancellationTokenSource(within, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await channel.ReadAsync(either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            return null;
        }
    }
}
