using System.Net;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Transport.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Options;

namespace Evercam.FakeCameras;

/// <summary>Serves simulated cameras on 127.0.0.1, each under its own path.</summary>
/// <remarks>Bare Kestrel, without a host around it: it reads no configuration, writes no log, and leaves Ctrl+C alone.</remarks>
public sealed class FakeCameraHost : IAsyncDisposable
{
    private readonly KestrelServer _server;

    private FakeCameraHost(KestrelServer server, int port, IReadOnlyList<FakeCamera> cameras)
    {
        _server = server;
        Port = port;
        Cameras = cameras;
    }

    public int Port { get; }

    public IReadOnlyList<FakeCamera> Cameras { get; }

    /// <summary>Serves these cameras on a free port, by the system's clock.</summary>
    public static Task<FakeCameraHost> StartAsync(IReadOnlyList<FakeCamera> cameras, CancellationToken cancellation) =>
        StartAsync(cameras, 0, TimeProvider.System, cancellation);

    /// <summary>Serves these cameras.</summary>
    /// <param name="cameras">Cameras whose names differ.</param>
    /// <param name="port">The port, or 0 for a free one.</param>
    /// <param name="clock">What the pictures show, and what <see cref="Behaviour.Slow"/> and <see cref="Behaviour.Drip"/> wait by.</param>
    /// <param name="cancellation">Ends the start, not the cameras.</param>
    /// <exception cref="IOException">The port is in use.</exception>
    /// <exception cref="System.Net.Sockets.SocketException">The port may not be used.</exception>
    public static async Task<FakeCameraHost> StartAsync(
        IReadOnlyList<FakeCamera> cameras, int port, TimeProvider clock, CancellationToken cancellation)
    {
        var application = new CameraApplication(cameras, clock);
        var options = new KestrelServerOptions { AddServerHeader = false };
        // A camera that sends a gigabyte must not itself lose patience with a slow reader.
        options.Limits.MinResponseDataRate = null;
        var address = new IPEndPoint(IPAddress.Loopback, port);
        ListenOptions? listening = null;
        options.Listen(address, listen =>
        {
            listen.Protocols = HttpProtocols.Http1;
            listening = listen;
        });
        var logs = NullLoggerFactory.Instance;
        var transport = new SocketTransportFactory(Options.Create(new SocketTransportOptions()), logs);
        var server = new KestrelServer(Options.Create(options), transport, logs);
        try
        {
            await server.StartAsync(application, cancellation);
            return new FakeCameraHost(server, listening!.IPEndPoint!.Port, cameras);
        }
        catch
        {
            server.Dispose();
            throw;
        }
    }

    /// <summary>Where a camera gives its picture.</summary>
    public Uri UrlOf(FakeCamera camera) => new($"http://127.0.0.1:{Port}{PathOf(camera)}");

    /// <summary>Ends at once: requests that hang are cut off.</summary>
    public async ValueTask DisposeAsync()
    {
        await _server.StopAsync(new CancellationToken(canceled: true));
        _server.Dispose();
    }

    internal static string PathOf(FakeCamera camera) => $"/{camera.Name}/snapshot.jpg";
}
