using Microsoft.AspNetCore.Connections;

namespace Evercam.Server.Http;

/// <summary>Lets answers under way come to their end when the server stops, and breaks off those that do not: somebody who takes a large one
/// slowly would hold up the stop.</summary>
internal sealed class LastAnswers : IDisposable
{
    /// <summary>How long answers may still take.</summary>
    internal static readonly TimeSpan Grace = TimeSpan.FromSeconds(4);

    private readonly CancellationTokenSource over = new();
    private readonly CancellationTokenRegistration stopping;
    private readonly TimeProvider clock;
    private ITimer? end;

    public LastAnswers(IHostApplicationLifetime host, TimeProvider clock)
    {
        this.clock = clock;
        stopping = host.ApplicationStopping.Register(Begin);
    }

    /// <summary>Serves a connection until it ends, or the server is to have stopped.</summary>
    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate serve)
    {
        using var abort = over.Token.UnsafeRegister(
            static one => ((ConnectionContext)one!).Abort(new ConnectionAbortedException("The server has stopped.")), connection);
        await serve(connection);
    }

    public void Dispose()
    {
        stopping.Dispose();
        end?.Dispose();
        over.Dispose();
    }

    private void Begin() => end = clock.CreateTimer(static all => ((LastAnswers)all!).End(), this, Grace, Timeout.InfiniteTimeSpan);

    private void End()
    {
        try
        {
            over.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // All had ended in time.
        }
    }
}
