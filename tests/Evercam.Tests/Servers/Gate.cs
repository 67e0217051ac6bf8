using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;

namespace Evercam.Tests.Servers;

/// <summary>Joe and his camera <c>gate</c> on a server that is a process of its own, and what he asks of it over HTTP.</summary>
internal static class Gate
{
    public const string Camera = "gate";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Joe signs up, and registers a camera that is recorded.</summary>
    /// <param name="server">The server.</param>
    /// <param name="port">Where the camera listens on this machine.</param>
    /// <param name="perMinute">How many pictures a minute are recorded.</param>
    public static async Task RegisterAsync(this EvercamProcess server, int port, int perMinute = 60)
    {
        await server.SignUpAsync();
        await server.RegisterCameraAsync(Camera, port, perMinute);
    }

    /// <summary>Joe signs up, and is who asks from now on.</summary>
    public static async Task SignUpAsync(this EvercamProcess server)
    {
        await server.SendAsync(
            HttpMethod.Post, "users", ("forename", "Joe"), ("lastname", "B"), ("username", "joe"), ("country", "ie"),
            ("email", "joe@example.org"), ("password", "secret"));
        server.SignIn();
    }

    /// <summary>Joe is who asks from now on.</summary>
    public static void SignIn(this EvercamProcess server) => server.SignIn("joe", "secret");

    /// <summary>Registers a camera of this machine that is recorded.</summary>
    /// <param name="server">The server.</param>
    /// <param name="camera">Its id, and its name at the host of cameras.</param>
    /// <param name="port">Where that listens.</param>
    /// <param name="perMinute">How many pictures a minute are recorded.</param>
    public static async Task RegisterCameraAsync(this EvercamProcess server, string camera, int port, int perMinute)
    {
        await server.SendAsync(
            HttpMethod.Post, "cameras", ("id", camera), ("name", "Gate"), ("is_public", "false"), ("external_host", "127.0.0.1"),
            ("external_http_port", port.ToString(CultureInfo.InvariantCulture)), ("jpg_url", $"/{camera}/snapshot.jpg"),
            ("cam_username", "admin"), ("cam_password", "tr4p-door"));
        await server.SendAsync(
            HttpMethod.Put, $"cameras/{camera}/recording", ("status", "on"), ("frequency", perMinute.ToString(CultureInfo.InvariantCulture)));
    }

    /// <summary>Keeps a picture that somebody has.</summary>
    /// <param name="server">The server.</param>
    /// <param name="moment">When it was taken, Unix seconds.</param>
    /// <param name="picture">Its bytes.</param>
    public static async Task UploadAsync(this EvercamProcess server, long moment, byte[] picture) =>
        Assert.Equal(HttpStatusCode.OK, await server.TryUploadAsync(Camera, moment, picture));

    /// <summary>The same, as far as the server does it.</summary>
    /// <exception cref="HttpRequestException">It is gone.</exception>
    public static async Task<HttpStatusCode> TryUploadAsync(this EvercamProcess server, string camera, long moment, byte[] picture)
    {
        using var file = new ByteArrayContent(picture);
        file.Headers.ContentType = new MediaTypeHeaderValue("image/jpeg");
        using var form = new MultipartFormDataContent { { file, "data", "picture.jpg" } };
        using var answer = await server.Client.PostAsync($"cameras/{camera}/snapshots/{moment}", form, Cancellation);
        return answer.StatusCode;
    }

    /// <summary>Fetches a kept picture.</summary>
    public static Task<byte[]> FetchAsync(this EvercamProcess server, long moment, string camera = Camera) =>
        server.Client.GetByteArrayAsync($"cameras/{camera}/snapshots/{moment}.jpg", Cancellation);

    /// <summary>The seconds of all pictures of a camera.</summary>
    public static async Task<HashSet<long>> CreatedAtAsync(this EvercamProcess server, string camera = Camera)
    {
        using var list = JsonDocument.Parse(await server.Client.GetStringAsync($"cameras/{camera}/snapshots", Cancellation));
        return [.. list.RootElement.GetProperty("snapshots").EnumerateArray().Select(s => s.GetProperty("created_at").GetInt64())];
    }

    /// <summary>How many pictures of a camera there are from a second on.</summary>
    public static async Task<int> CountAsync(this EvercamProcess server, string camera, long from)
    {
        using var list = JsonDocument.Parse(await server.Client.GetStringAsync($"cameras/{camera}/snapshots", Cancellation));
        return list.RootElement.GetProperty("snapshots").EnumerateArray().Count(s => s.GetProperty("created_at").GetInt64() >= from);
    }

    /// <summary>The archive proves itself, beside the server that uses it. On a slow machine a picture may be under way for longer than
    /// one check looks at it; what is lost stays lost.</summary>
    /// <param name="data">The server's data directory.</param>
    /// <param name="settings">What the server was told else.</param>
    public static async Task CheckAsync(string data, IReadOnlyDictionary<string, string>? settings = null)
    {
        Ran? ran = null;
        for (var check = 0; check < 5 && ran?.ExitCode != 0; check++)
        {
            ran = await EvercamProcess.RunAsync(
                settings ?? new Dictionary<string, string>(), "", Cancellation, "check", "--Evercam:DataDirectory", data);
        }

        Assert.True(ran!.ExitCode == 0, ran.ToString());
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
