using System.Threading.RateLimiting;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>
/// How much of requests' bodies may be in memory at once, of all requests together: keys may be in a body, so it is read before
/// anyone knows who sends it. When the room is used up, larger bodies wait their turn. Room is taken as bytes arrive, not as they
/// are announced, so that nobody takes it with what never comes; and one source has a share of it, so that nobody takes all.
/// </summary>
internal sealed partial class BodyRoom : IDisposable
{
    /// <summary>Room is given in pieces of this size. The first piece of a body is not counted: most bodies need no more, and
    /// those never wait.</summary>
    public const int PieceBytes = 64 * 1024;

    /// <summary>How long a body waits for room.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    private readonly ConcurrencyLimiter pieces;
    private readonly PartitionedRateLimiter<string> shares;
    private readonly TimeProvider clock;
    private readonly ILogger<BodyRoom> log;

    public BodyRoom(IOptions<HttpOptions> options, TimeProvider clock, ILogger<BodyRoom> log)
    {
        this.clock = clock;
        this.log = log;
        // The largest body that is allowed must have room, or it would wait in vain.
        var largest = options.Value.UploadLimitBytes + (long)HttpOptions.FieldBytes;
        pieces = new(For(Math.Max(options.Value.BodyRoomBytes, largest)));
        var share = For(Math.Max(options.Value.BodyRoomBytes / 4, largest));
        shares = PartitionedRateLimiter.Create<string, string>(source => RateLimitPartition.GetConcurrencyLimiter(source, _ => share));
    }

    /// <summary>A place for one request's body, until its answer is sent.</summary>
    public BodyPlace PlaceFor(HttpContext context)
    {
        var place = new BodyPlace(this, SourceNetwork.Of(context.Connection.RemoteIpAddress));
        context.Response.OnCompleted(() =>
        {
            place.Leave();
            return Task.CompletedTask;
        });
        return place;
    }

    /// <summary>Takes a piece of the room, and of a source's share in it; the end of both gives them back.</summary>
    /// <exception cref="ApiException">There was none in time (503).</exception>
    internal async ValueTask<(RateLimitLease Share, RateLimitLease Piece)> TakeAsync(string source, CancellationToken cancellation)
    {
        var share = shares.AttemptAcquire(source);
        if (share.IsAcquired)
        {
            var piece = pieces.AttemptAcquire();
            if (piece.IsAcquired)
            {
                return (share, piece);
            }

            piece.Dispose();
        }

        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellation);
        try
        {
            if (!share.IsAcquired)
            {
                share.Dispose();
                share = await shares.AcquireAsync(source, permitCount: 1, either.Token);
            }

            return (share, await pieces.AcquireAsync(permitCount: 1, either.Token));
        }
        catch (OperationCanceledException)
        {
            share.Dispose();
            cancellation.ThrowIfCancellationRequested();
            LogFull();
            throw ApiException.Busy("Too many uploads at once, please try again", Patience);
        }
    }

    public void Dispose()
    {
        shares.Dispose();
        pieces.Dispose();
    }

    private static ConcurrencyLimiterOptions For(long bytes) => new()
    {
        PermitLimit = (int)Math.Ceiling(bytes / (double)PieceBytes),
        QueueLimit = int.MaxValue,
        QueueProcessingOrder = QueueProcessingOrder.OldestFirst,
    };

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Refused a request, because bodies take all the room, or all of what their source may have: see Evercam:Http:BodyRoomBytes")]
    private partial void LogFull();
}

/// <summary>The room that one request's body takes.</summary>
/// <param name="room">All the room.</param>
/// <param name="source">Where the body comes from.</param>
internal sealed class BodyPlace(BodyRoom room, string source)
{
    private readonly List<(RateLimitLease Share, RateLimitLease Piece)> pieces = [];
    private long leftBytes = BodyRoom.PieceBytes;

    /// <summary>Makes room for bytes that have come.</summary>
    /// <exception cref="ApiException">There was none in time (503).</exception>
    public async ValueTask GrowAsync(int bytes, CancellationToken cancellation)
    {
        leftBytes -= bytes;
        while (leftBytes < 0)
        {
            pieces.Add(await room.TakeAsync(source, cancellation));
            leftBytes += BodyRoom.PieceBytes;
        }
    }

    /// <summary>Gives all of it back.</summary>
    public void Leave()
    {
        pieces.ForEach(taken =>
        {
            taken.Piece.Dispose();
            taken.Share.Dispose();
        });
        pieces.Clear();
    }
}
