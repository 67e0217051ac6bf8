using System.Net.Sockets;
using System.Text;

namespace Evercam.Tests.Http;

/// <summary>Sends bytes as they are, which no HTTP client would, and reads what comes back until the connection
/// ends.</summary>
internal static class RawRequest
{
    public static Task<string> SendRawAsync(this EvercamApp app, string request) =>
        app.SendRawAsync(Encoding.Latin1.GetBytes(request));

    public static async Task<string> SendRawAsync(this EvercamApp app, byte[] request)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
        limit.CancelAfter(TimeSpan.FromMinutes(3));
        using var client = new TcpClient();
        await client.ConnectAsync(app.Address.Host, app.Address.Port, limit.Token);
        var stream = client.GetStream();
        await stream.WriteAsync(request, limit.Token);
        using var answer = new MemoryStream();
        await stream.CopyToAsync(answer, limit.Token);
        return Encoding.Latin1.GetString(answer.ToArray());
    }

    /// <summary>Sends a form from a browser that goes away before it is answered.</summary>
    public static Task SendAndGoAsync(this EvercamApp app, Surfer surfer, string path, (string Name, string Value)[] form)
    {
        var body = string.Join('&', form.Select(field => $"{field.Name}={Uri.EscapeDataString(field.Value)}"));
        return app.SendAndGoAsync(
            $"POST {path} HTTP/1.1\r\nHost: x\r\nCookie: evercam_session={surfer.CookieOf("evercam_session")}\r\n"
            + $"Content-Type: application/x-www-form-urlencoded\r\nContent-Length: {body.Length}\r\n\r\n{body}");
    }

    /// <summary>Sends a request, and waits for no answer.</summary>
    private static async Task SendAndGoAsync(this EvercamApp app, string request)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(app.Address.Host, app.Address.Port, TestContext.Current.CancellationToken);
        await client.GetStream().WriteAsync(Encoding.Latin1.GetBytes(request), TestContext.Current.CancellationToken);
    }
}
