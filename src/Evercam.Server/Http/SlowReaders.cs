using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Options;

namespace Evercam.Server.Http;

/// <summary>The answers that wait for their readers. Whoever keeps one waiting for too long is hung up on, and so is who does so for the
/// longest when all together hold as much memory as they may.</summary>
internal sealed partial class SlowReaders : IDisposable
{
    private static readonly TimeSpan Glance = TimeSpan.FromSeconds(1);

    private readonly Lock gate = new();
    private readonly LinkedList<WaitingAnswer> waiting = [];
    private readonly AnswerPace pace;
    private readonly long most;
    private readonly TimeProvider clock;
    private readonly ILogger<SlowReaders> log;
    private readonly Seldom told;
    private readonly ITimer glances;
    private long held;

    public SlowReaders(IOptions<HttpOptions> http, IOptions<ConnectionOptions> connections, TimeProvider clock, ILogger<SlowReaders> log)
    {
        most = http.Value.AnswerRoomBytes;
        pace = new(connections.Value.SlowestBytesPerSecond, connections.Value.Grace);
        this.clock = clock;
        this.log = log;
        told = new(TimeSpan.FromMinutes(1), clock);
        glances = clock.CreateTimer(_ => HangUpOnLate(), state: null, Glance, Glance);
    }

    /// <summary>How many answers wait.</summary>
    public int Count
    {
        get
        {
            lock (gate)
            {
                return waiting.Count;
            }
        }
    }

    /// <summary>Lets the answer to a request be written through here.</summary>
    public void Watch(HttpContext context)
    {
        if (context.Features.Get<IHttpResponseBodyFeature>() is { } body)
        {
            var answer = new PacedAnswer(context, body, this, pace);
            context.Features.Set<IHttpResponseBodyFeature>(answer);
            context.Features.Set(answer);
        }
    }

    /// <summary>An answer begins to wait, until what is returned is disposed of.</summary>
    /// <param name="itsPace">How long it may.</param>
    /// <param name="bytes">What it holds of the memory meanwhile.</param>
    public WaitingAnswer Wait(AnswerPace itsPace, long bytes)
    {
        var answer = new WaitingAnswer(this, clock.GetTimestamp(), itsPace.Patience, bytes);
        var isFull = false;
        lock (gate)
        {
            answer.Place = waiting.AddLast(answer);
            held += bytes;
            while (held > most && waiting.First!.Value != answer)
            {
                isFull = true;
                HangUp(waiting.First.Value);
            }
        }

        if (isFull && told.IsDue())
        {
            LogFull();
        }

        return answer;
    }

    public void Dispose() => glances.Dispose();

    internal void Leave(WaitingAnswer answer)
    {
        lock (gate)
        {
            Forget(answer);
        }
    }

    private void HangUpOnLate()
    {
        lock (gate)
        {
            foreach (var late in waiting.Where(answer => clock.GetElapsedTime(answer.Since) > answer.Patience).ToList())
            {
                HangUp(late);
            }
        }
    }

    private void HangUp(WaitingAnswer answer)
    {
        Forget(answer);
        answer.HangUp();
    }

    private void Forget(WaitingAnswer answer)
    {
        if (answer.Place is { } place)
        {
            waiting.Remove(place);
            held -= answer.Bytes;
            answer.Place = null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message =
        "Hung up on a reader, because answers that nobody takes fill all the room: see Evercam:Http:AnswerRoomBytes")]
    private partial void LogFull();
}

/// <summary>An answer that waits for its reader.</summary>
/// <param name="readers">Among whom it waits.</param>
/// <param name="since">Since when.</param>
/// <param name="patience">How long at most; <see langword="null"/> for as long as there is room.</param>
/// <param name="bytes">What it holds of the memory.</param>
internal sealed class WaitingAnswer(SlowReaders readers, long since, TimeSpan? patience, long bytes) : IDisposable
{
    private readonly TaskCompletionSource over = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public long Since => since;

    public TimeSpan? Patience => patience;

    public long Bytes => bytes;

    /// <summary>Ends when its reader is to be hung up on.</summary>
    public Task IsOver => over.Task;

    /// <summary>Where it stands among those who wait; <see langword="null"/> when it does no more.</summary>
    internal LinkedListNode<WaitingAnswer>? Place { get; set; }

    internal void HangUp() => over.TrySetResult();

    public void Dispose() => readers.Leave(this);
}
