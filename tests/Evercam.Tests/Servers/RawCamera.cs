using System.Collections.Concurrent;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using Evercam.CameraClient;

namespace Evercam.Tests.Servers;

/// <summary>A camera that does what Apache would never do: what goes over each connection is written by the test, octet by octet.</summary>
internal sealed class RawCamera : IAsyncDisposable
{
    private readonly TcpListener listener;
    private readonly CancellationTokenSource stopped = new();
    private readonly ConcurrentQueue<string> requests = new();
    private readonly ConcurrentBag<Task> conversations = [];
    private readonly Func<RawConnection, Task> converse;
    private readonly X509Certificate2? certificate;
    private Task accepting = Task.CompletedTask;
    private int connections;

    private RawCamera(Func<RawConnection, Task> converse, X509Certificate2? certificate, IPAddress? address)
    {
        listener = new(address ?? IPAddress.Loopback, 0);
        this.converse = converse;
        this.certificate = certificate;
    }

    public int Port => ((IPEndPoint)listener.LocalEndpoint).Port;

    public int Connections => connections;

    /// <summary>The heads of all requests so far, with their line ends.</summary>
    public IReadOnlyList<string> Requests => [.. requests];

    /// <summary>A camera that talks like this on every connection; the connection is closed when the talk ends.</summary>
    public static RawCamera Start(Func<RawConnection, Task> converse, X509Certificate2? certificate = null, IPAddress? address = null)
    {
        var camera = new RawCamera(converse, certificate, address);
        camera.listener.Start();
        camera.accepting = camera.AcceptAsync();
        return camera;
    }

    /// <summary>A camera that answers every request of every connection from its head.</summary>
    public static RawCamera Answering(Func<string, byte[]> answer, X509Certificate2? certificate = null, IPAddress? address = null) =>
        Start(async connection =>
        {
            while (await connection.ReadRequestAsync() is { } head)
            {
                await connection.SendAsync(answer(head));
            }
        }, certificate, address);

    /// <summary>A camera that sends this answer once, whatever it is asked, and closes the connection.</summary>
    public static RawCamera AnsweringOnce(byte[] answer) => Start(async connection =>
    {
        await connection.ReadRequestAsync();
        await connection.SendAsync(answer);
    });

    /// <summary>An answer: head lines, and a body whose length is announced.</summary>
    public static byte[] Answer(string status, byte[] body, params string[] headers) =>
        [.. Octets(string.Join("\r\n", [$"HTTP/1.1 {status}", $"Content-Length: {body.Length}", .. headers, "", ""])), .. body];

    public static byte[] Octets(string text) => Encoding.Latin1.GetBytes(text);

    public CameraEndpoint Endpoint(string path = "/snapshot.jpg", CameraCredential? credential = null) =>
        CameraEndpoint.FromUrl($"{(certificate is null ? "http" : "https")}://127.0.0.1:{Port}", path, credential)!;

    public async ValueTask DisposeAsync()
    {
        await stopped.CancelAsync();
        listener.Dispose();
        await accepting;
        await Task.WhenAll(conversations);
        stopped.Dispose();
    }

    private async Task AcceptAsync()
    {
        while (!stopped.IsCancellationRequested)
        {
            try
            {
                var client = await listener.AcceptTcpClientAsync(stopped.Token);
                Interlocked.Increment(ref connections);
                conversations.Add(TalkAsync(client));
            }
            catch (Exception end) when (stopped.IsCancellationRequested && end is OperationCanceledException or InvalidOperationException or SocketException)
            {
                // The listener may be gone before it is asked again.
                return;
            }
        }
    }

    private async Task TalkAsync(TcpClient client)
    {
        using (client)
        {
            try
            {
                Stream stream = client.GetStream();
                if (certificate is not null)
                {
                    var secure = new SslStream(stream);
                    await secure.AuthenticateAsServerAsync(
                        new SslServerAuthenticationOptions { ServerCertificate = certificate }, stopped.Token);
                    stream = secure;
                }

                await using (stream)
                {
                    await converse(new RawConnection(client.Client, stream, requests.Enqueue, stopped.Token));
                }
            }
            catch (Exception end) when (end is IOException or OperationCanceledException or System.Security.Authentication.AuthenticationException)
            {
                // The client hung up, or the test is over: what most of these conversations are for.
            }
        }
    }
}

/// <summary>The camera's end of one connection.</summary>
internal sealed class RawConnection(Socket socket, Stream stream, Action<string> noteRequest, CancellationToken stopped)
{
    private readonly byte[] one = new byte[1];

    /// <summary>The next request's head; <see langword="null"/> when the client hung up.</summary>
    public async Task<string?> ReadRequestAsync()
    {
        var head = new StringBuilder();
        while (await stream.ReadAsync(one, stopped) > 0)
        {
            head.Append((char)one[0]);
            if (one[0] == '\n' && head.ToString().EndsWith("\r\n\r\n", StringComparison.Ordinal))
            {
                noteRequest(head.ToString());
                return head.ToString();
            }
        }

        return null;
    }

    /// <summary>Waits for the first octet of whatever the client says.</summary>
    public async Task ReadAsync() => await stream.ReadExactlyAsync(one, stopped);

    public async Task SendAsync(byte[] octets)
    {
        await stream.WriteAsync(octets, stopped);
        await stream.FlushAsync(stopped);
    }

    public Task SendAsync(string text) => SendAsync(RawCamera.Octets(text));

    /// <summary>Ends the connection at once, whatever is on its way.</summary>
    public void Reset()
    {
        socket.LingerState = new LingerOption(true, 0);
        socket.Close();
    }

    /// <summary>Says nothing more until the client hangs up.</summary>
    public async Task WaitForHangUpAsync()
    {
        while (await stream.ReadAsync(one, stopped) > 0)
        {
        }
    }
}
