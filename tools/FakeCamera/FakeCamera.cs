using Evercam.FakeCameras.Drawing;

namespace Evercam.FakeCameras;

/// <summary>One simulated camera. What it shows is fixed when it is made; how it behaves may change while it runs.</summary>
public sealed class FakeCamera
{
    private readonly Shutter _shutter;
    private readonly Lock _lock = new();
    private readonly List<(long Requests, TaskCompletionSource Reached)> _waiters = [];
    private long _requests;
    private long _pictures;
    private long _unauthorized;
    private long _connections;
    private volatile Behaviour _behaviour;

    /// <summary>A camera at <c>/{name}/snapshot.jpg</c>.</summary>
    /// <param name="name">Letters, digits, <c>-</c>, <c>_</c> and <c>.</c>, beginning with a letter or digit.</param>
    public FakeCamera(string name)
    {
        if (!IsName(name))
        {
            throw new ArgumentException(
                $"\"{name}\" cannot name a camera: use letters, digits, '-', '_' and '.'.", nameof(name));
        }

        Name = name;
        Title = name;
        Realm = name;
        _shutter = new Shutter(this);
    }

    /// <summary>The camera's path.</summary>
    public string Name { get; }

    /// <summary>Written into each picture. Default: the name.</summary>
    public string Title { get; init; }

    public Scene Scene { get; init; }

    /// <summary>Width of the picture in pixels, 64 to 3840. Default 1280.</summary>
    public int Width { get; init => field = InRange(value, nameof(Width)); } = 1280;

    /// <summary>Height of the picture in pixels, 64 to 3840. Default 720.</summary>
    public int Height { get; init => field = InRange(value, nameof(Height)); } = 720;

    /// <summary>What the camera's clock is ahead of UTC; day and night follow it. Default zero.</summary>
    public TimeSpan UtcOffset { get; init; }

    public CameraAuth Auth { get; init; }

    public string UserName { get; init; } = "admin";

    public string Password { get; set; } = "";

    /// <summary>What the challenge calls the protected space. Default: the name.</summary>
    public string Realm { get; init; }

    /// <summary>How long a Digest nonce may be used before the camera calls it stale. Default 5 minutes.</summary>
    public TimeSpan NonceLife { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>May be changed at any time; a request keeps the behaviour it met.</summary>
    public Behaviour Behaviour
    {
        get => _behaviour;
        set => _behaviour = value;
    }

    /// <summary>How long <see cref="Behaviour.Slow"/> waits. Default 2 seconds.</summary>
    public TimeSpan Delay { get; set; } = TimeSpan.FromSeconds(2);

    /// <summary>A JPEG, PNG or GIF to give instead of drawing one; null to draw.</summary>
    public ReadOnlyMemory<byte>? Picture
    {
        get
        {
            lock (_lock)
            {
                return field;
            }
        }

        set
        {
            lock (_lock)
            {
                field = value;
            }
        }
    }

    /// <summary>Requests that arrived, whatever became of them.</summary>
    public long Requests => Interlocked.Read(ref _requests);

    /// <summary>Whole pictures that were given.</summary>
    public long Pictures => Interlocked.Read(ref _pictures);

    /// <summary>Requests that were answered with 401.</summary>
    public long Unauthorized => Interlocked.Read(ref _unauthorized);

    /// <summary>Connections that carried a request to this camera.</summary>
    public long Connections => Interlocked.Read(ref _connections);

    /// <summary>Path and query of the last request, as they came over the wire.</summary>
    public string? LastTarget { get; private set; }

    /// <summary>The JPEG that the camera takes at a moment: the same bytes for the same fifth of a second.</summary>
    public byte[] TakeJpeg(DateTimeOffset moment) => _shutter.TakeJpeg(moment);

    /// <summary>The same as PNG.</summary>
    public byte[] TakePng(DateTimeOffset moment) => _shutter.TakePng(moment);

    /// <summary>Ends when so many requests have arrived since the camera was made, answered or not.</summary>
    public Task WaitForRequestsAsync(long requests, CancellationToken cancellation)
    {
        lock (_lock)
        {
            if (Requests >= requests)
            {
                return Task.CompletedTask;
            }

            var reached = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _waiters.Add((requests, reached));
            return reached.Task.WaitAsync(cancellation);
        }
    }

    internal void CountRequest(string target)
    {
        lock (_lock)
        {
            LastTarget = target;
            var requests = Interlocked.Increment(ref _requests);
            foreach (var (_, reached) in _waiters.Where(w => w.Requests <= requests))
            {
                reached.SetResult();
            }

            _waiters.RemoveAll(w => w.Requests <= requests);
        }
    }

    internal void CountPicture() => Interlocked.Increment(ref _pictures);

    internal void CountUnauthorized() => Interlocked.Increment(ref _unauthorized);

    internal void CountConnection() => Interlocked.Increment(ref _connections);

    internal static bool IsName(string name) =>
        name.Length is > 0 and <= 100
        && char.IsAsciiLetterOrDigit(name[0])
        && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.');

    private static int InRange(int pixels, string name) => pixels is >= 64 and <= 3840
        ? pixels
        : throw new ArgumentOutOfRangeException(name, pixels, "A picture has 64 to 3840 pixels each way.");
}
