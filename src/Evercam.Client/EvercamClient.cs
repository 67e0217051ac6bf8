namespace Evercam.Api;

/// <summary>An Evercam Server, as programs talk to it. Its calls stand together by what they are about, and each says which call of the
/// API it is. Times are whole Unix seconds, as they are there. It keeps nothing and may be used by many threads.</summary>
/// <remarks>Every call throws <see cref="EvercamException"/> when the server refuses or what answers is no such server,
/// <see cref="HttpRequestException"/> when it cannot be reached, and <see cref="OperationCanceledException"/> when it is cancelled; what is
/// read as it comes throws <see cref="IOException"/> when it is broken off.</remarks>
public sealed class EvercamClient
{
    /// <summary>Makes one.</summary>
    /// <param name="http">What it sends with. The base address is the server's, such as <c>https://cameras.example.org/</c>. It had better
    /// not follow redirections: an answer to anything but what was sent is refused.</param>
    /// <param name="credential">Who calls; <see langword="null"/> for nobody in particular, or where <paramref name="http"/> says it.</param>
    /// <exception cref="ArgumentException">There is no base address.</exception>
    public EvercamClient(HttpClient http, Credential? credential = null)
    {
        ArgumentNullException.ThrowIfNull(http);
        var wire = new Wire(http, credential);
        Cameras = new(wire);
        Live = new(wire);
        Snapshots = new(wire);
        Series = new(wire);
        Timelapses = new(wire);
        Recordings = new(wire);
        Shares = new(wire);
        Invitations = new(wire);
        Log = new(wire);
        Users = new(wire);
        Keys = new(wire);
        Notices = new(wire);
        Webhooks = new(wire);
        Catalogue = new(wire);
        Clients = new(wire);
        Tokens = new(new Wire(http, credential: null));
    }

    /// <summary>Cameras, and what they are.</summary>
    public CameraCalls Cameras { get; }

    /// <summary>What cameras see now.</summary>
    public LiveCalls Live { get; }

    /// <summary>Pictures that are kept.</summary>
    public SnapshotCalls Snapshots { get; }

    /// <summary>Of many kept pictures one for each step of time, and all of an hour.</summary>
    public SeriesCalls Series { get; }

    /// <summary>Time-lapses that are made in the background.</summary>
    public TimelapseCalls Timelapses { get; }

    /// <summary>What is recorded, and when it was.</summary>
    public RecordingCalls Recordings { get; }

    /// <summary>Whom cameras are shared with.</summary>
    public ShareCalls Shares { get; }

    /// <summary>Who is invited to cameras, and has no account yet.</summary>
    public InvitationCalls Invitations { get; }

    /// <summary>Who did and saw what.</summary>
    public LogCalls Log { get; }

    /// <summary>People.</summary>
    public UserCalls Users { get; }

    /// <summary>API ids and keys.</summary>
    public KeyCalls Keys { get; }

    /// <summary>What happens to cameras, as it happens.</summary>
    public NoticeCalls Notices { get; }

    /// <summary>Addresses that notices are sent to.</summary>
    public WebhookCalls Webhooks { get; }

    /// <summary>Makers of cameras, and their models.</summary>
    public CatalogueCalls Catalogue { get; }

    /// <summary>Applications that are registered for OAuth 2.0.</summary>
    public ClientCalls Clients { get; }

    /// <summary>Access tokens of OAuth 2.0.</summary>
    public TokenCalls Tokens { get; }
}
