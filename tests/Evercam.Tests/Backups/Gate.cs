using System.Globalization;
using System.Net.Http.Headers;
using Evercam.Tests.Servers;

namespace Evercam.Tests.Backups;

/// <summary>The camera whose pictures are backed up, and what is asked of its server over HTTP, by its owner.</summary>
internal static class Gate
{
    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Joe signs up, and registers a camera that is recorded every second.</summary>
    /// <param name="server">The server.</param>
    /// <param name="port">Where the camera listens on this machine.</param>
    public static async Task RegisterAsync(this EvercamProcess server, int port)
    {
        await server.SendAsync(
            HttpMethod.Post, "users", ("forename", "Joe"), ("lastname", "B"), ("username", "joe"), ("country", "ie"),
            ("email", "joe@example.org"), ("password", "secret"));
        server.SignIn("joe", "secret");
        await server.SendAsync(
            HttpMethod.Post, "cameras", ("id", "gate"), ("name", "Gate"), ("is_public", "false"), ("external_host", "127.0.0.1"),
            ("external_http_port", port.ToString(CultureInfo.InvariantCulture)), ("jpg_url", "/gate/snapshot.jpg"),
            ("cam_username", "admin"), ("cam_password", "tr4p-door"));
        await server.SendAsync(HttpMethod.Put, "cameras/gate/recording", ("status", "on"), ("frequency", "60"));
    }

    /// <summary>Keeps a picture that somebody has.</summary>
    /// <param name="server">The server.</param>
    /// <param name="moment">When it was taken, Unix seconds.</param>
    /// <param name="picture">Its bytes.</param>
    public static async Task UploadAsync(this EvercamProcess server, long moment, byte[] picture)
    {
        using var file = new ByteArrayContent(picture);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var form = new MultipartFormDataContent { { file, "data", "picture.jpg" } };
        using var answer = await server.Client.PostAsync($"cameras/gate/snapshots/{moment}", form, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }

    /// <summary>Asks for something that must be granted.</summary>
    /// <param name="server">The server.</param>
    /// <param name="method">How.</param>
    /// <param name="path">Below <c>/v1/</c>.</param>
    /// <param name="fields">A form; none has no body.</param>
    public static async Task SendAsync(
        this EvercamProcess server, HttpMethod method, string path, params (string Name, string Value)[] fields)
    {
        using var form = new FormUrlEncodedContent(fields.Select(f => KeyValuePair.Create(f.Name, f.Value)));
        using var request = new HttpRequestMessage(method, path) { Content = fields.Length == 0 ? null : form };
        using var answer = await server.Client.SendAsync(request, Cancellation);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync(Cancellation));
    }
}
