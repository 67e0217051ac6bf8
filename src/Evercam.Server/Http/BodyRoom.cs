using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>
/// How much of requests' bodies may be in memory at once, of all requests together: keys may be in a body, so it is read before
/// anyone knows who sends it. When the room is used up, larger bodies wait their turn. Room is taken as bytes arrive, not as they
/// are announced, so that nobody takes it with what never comes.
/// </summary>
internal sealed partial class BodyRoom : IDisposable
{
    /// <summary>Room is given in pieces of this size. The first piece of a body is not counted: most bodies need no more, and
    /// those never wait.</summary>
    public const int PieceBytes = 64 * 1024;

    /// <summary>How long a body waits for room.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrencyLimiter pieces;
    private readonly TimeProvider clock;
    private readonly ILogger<BodyRoom> log;

    public BodyRoom(IOptions<HttpOptions> options, TimeProvider clock, ILogger<BodyRoom> log)
    {
        this.clock = clock;
        this.log = log;
        // The largest body that is allowed must have room, or it would wait in vain.
        var bytes = Math.Max(options.Value.BodyRoomBytes, options.Value.UploadLimitBytes + (long)HttpOptions.FieldBytes);
        pieces = new(new()
        {
            PermitLimit = (int)Math.Ceiling(bytes / (double)PieceBytes),
            QueueLimit = int.MaxValue,
            QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
        });
    }

    /// <summary>A place for one request's body, until its answer is sent.</summary>
    public BodyPlace PlaceFor(HttpContext context)
    {
        var place = new BodyPlace(this);
        context.Response.OnCompleted(() =>
        {
            place.Leave();
            return Task.CompletedTask;
        });
        return place;
    }

    /// <summary>Takes a piece; its end gives it back.</summary>
    /// <exception cref="ApiException">There was none in time (503).</exception>
    internal async ValueTask<RateLimitLease> TakeAsync(CancellationToken cancellation)
    {
        var free = pieces.AttemptAcquire();
        if (free.IsAcquired)
        {
            return free;
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            return await pieces.AcquireAsync(permitCount: 1, either.Token);
        }
        catch (OperationCanceledException) when (!cancellation.IsCancellationRequested)
        {
            LogFull();
            throw ApiException.Busy("Too many uploads at once, please try again", Patience);
        }
    }

    public void Dispose() => pieces.Dispose();

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Refused a request, because others' bodies take all the room: see Evercam:Http:BodyRoomBytes")]
    private partial void LogFull();
}

/// <summary>The room that one request's body takes.</summary>
internal sealed class BodyPlace(BodyRoom room)
{
    private readonly List<RateLimitLease> pieces = [];
    private long leftBytes = BodyRoom.PieceBytes;

    /// <summary>Makes room for bytes that have come.</summary>
    /// <exception cref="ApiException">There was none in time (503).</exception>
    public async ValueTask GrowAsync(int bytes, CancellationToken cancellation)
    {
        leftBytes -= bytes;
        while (leftBytes < 0)
        {
            pieces.Add(await room.TakeAsync(cancellation));
            leftBytes += BodyRoom.PieceBytes;
        }
    }

    /// <summary>Gives all of it back.</summary>
    public void Leave()
    {
        pieces.ForEach(piece => piece.Dispose());
        pieces.Clear();
    }
}
