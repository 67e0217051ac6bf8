namespace Evercam.CameraClient;

/// <summary>How long one fetch may still take: until the answer begins, and as a whole. Its token is cancelled when that
/// is over, or when the caller cancels.</summary>
/// <remarks>
/// A connection that is open already gets only the time to answer; a new one gets the time to connect first, which
/// <see cref="Guard.GuardedConnector"/> measures and reports here. A connector may report late, when another connection has
/// long served its request: then the report is ignored.
/// </remarks>
internal sealed class Patience : IDisposable
{
    private readonly Lock gate = new();
    private readonly CameraClientOptions options;
    private readonly TimeProvider time;
    private readonly long started;
    private readonly CancellationTokenSource source;
    private readonly CancellationTokenRegistration caller;
    private Phase phase = Phase.Answer;
    private bool isOver;

    public Patience(CameraClientOptions options, TimeProvider time, CancellationToken cancellation)
    {
        this.options = options;
        this.time = time;
        started = time.GetTimestamp();
        source = new CancellationTokenSource(options.Deadline, time);
        caller = cancellation.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), source);
    }

    private enum Phase
    {
        Answer,
        Connection,
        Picture,
    }

    public CancellationToken Token => source.Token;

    /// <summary>Whether an answer's headers came, were it to the first of several requests.</summary>
    public bool HasAnswer { get; private set; }

    /// <summary>Whether a connection was made for the request that was sent last; else it went over one that was open already.</summary>
    public bool HasConnected { get; private set; }

    /// <summary>Which patience is at its end.</summary>
    public string Reason => phase == Phase.Answer && Remaining > TimeSpan.Zero
        ? $"no answer within {options.AnswerTimeout.TotalSeconds} s"
        : $"no whole picture within {options.Deadline.TotalSeconds} s";

    private TimeSpan Remaining => options.Deadline - time.GetElapsedTime(started);

    /// <summary>A request is about to be sent.</summary>
    public void Asking()
    {
        HasConnected = false;
        Enter(Phase.Answer, null);
    }

    /// <summary>There is no open connection, a new one is being made.</summary>
    public void Connecting()
    {
        HasConnected = true;
        Enter(Phase.Connection, Phase.Answer);
    }

    /// <summary>The new connection is open.</summary>
    public void Connected() => Enter(Phase.Answer, Phase.Connection);

    /// <summary>The answer's headers are here.</summary>
    public void Answered()
    {
        HasAnswer = true;
        Enter(Phase.Picture, null);
    }

    public void Dispose()
    {
        lock (gate)
        {
            isOver = true;
        }

        caller.Dispose();
        source.Dispose();
    }

    private void Enter(Phase next, Phase? onlyFrom)
    {
        lock (gate)
        {
            if (isOver || (onlyFrom is not null && phase != onlyFrom))
            {
                return;
            }

            phase = next;
            var left = Remaining;
            if (next == Phase.Answer && options.AnswerTimeout < left)
            {
                left = options.AnswerTimeout;
            }

            source.CancelAfter(left > TimeSpan.Zero ? left : TimeSpan.Zero);
        }
    }
}
