using System.Net.Http.Headers;
using System.Text;
using System.Text.Json.Nodes;
using Evercam.Archive;
using Evercam.Recorder;
using Evercam.Storage.Catalog;
using Evercam.Tests.Servers;
using Evercam.Tests.Storage;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Evercam.Tests.Snapshots;

/// <summary>One server for all tests of a class about pictures, on one of the databases. A class fixture.</summary>
public abstract class PicturesServer : IAsyncLifetime
{
    public EvercamApp App { get; private set; } = null!;

    public async ValueTask InitializeAsync()
    {
        var settings = await SettingsAsync();
        settings.TryAdd("Evercam:Recorder:OnlineCheck", "false");
        App = await EvercamApp.StartAsync(settings);
    }

    public async ValueTask DisposeAsync()
    {
        await App.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    protected abstract Task<Dictionary<string, string?>> SettingsAsync();
}

public sealed class SqlitePictures : PicturesServer
{
    protected override Task<Dictionary<string, string?>> SettingsAsync() => Task.FromResult(new Dictionary<string, string?>());
}

public sealed class PostgresPictures(PostgresServer server) : PicturesServer
{
    protected override async Task<Dictionary<string, string?>> SettingsAsync() =>
        new() { ["ConnectionStrings:Evercam"] = await server.CreateDatabaseAsync() };
}

/// <summary>An answer, read to its end.</summary>
internal sealed record Reply(int Status, byte[] Bytes, HttpResponseHeaders Headers, HttpContentHeaders Content)
{
    public string Text => Encoding.UTF8.GetString(Bytes);

    public string? Header(string name) =>
        Headers.TryGetValues(name, out var values) || Content.TryGetValues(name, out values) ? string.Join(", ", values) : null;

    /// <summary>The seconds of the pictures it lists.</summary>
    public IReadOnlyList<long> Seconds =>
        [.. JsonNode.Parse(Text)!["snapshots"]!.AsArray().Select(snapshot => (long)snapshot!["created_at"]!)];

    public void Is(int status, string text) => Assert.Equal((status, text), (Status, Text));

    public void Refuses(int status, string message) => Is(status, $$"""{"message":"{{message}}"}""");

    public void Breaks(params string[] rules) =>
        Is(400, $$"""{"message":[{{string.Join(",", rules.Select(rule => $"\"{rule}\""))}}]}""");
}

/// <summary>One camera and its owner, on a server.</summary>
internal sealed class Stage(EvercamApp app, User owner, Camera camera)
{
    public static readonly byte[] Jpeg = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3, 0xFF, 0xD9];

    public EvercamApp App => app;

    public User Owner => owner;

    public long Key => camera.Key;

    public string Id => camera.Id;

    public IRecorder Recorder => app.Services.GetRequiredService<IGrainFactory>().GetGrain<IRecorder>(Key);

    public SnapshotArchive Archive => app.Services.GetRequiredService<SnapshotArchive>();

    /// <summary>Everything that the archive keeps of the camera.</summary>
    public string Folder => Path.Combine(
        app.Services.GetRequiredService<IConfiguration>()["Evercam:DataDirectory"]!, "archive", $"{Key}");

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    /// <summary>Puts a camera into the catalog, with what no request can say, and tells its recorder.</summary>
    public static async Task<Stage> SetAsync(EvercamApp app, Action<Camera>? adjust = null, User? owner = null)
    {
        owner ??= await AddUserAsync(app);
        var camera = CatalogRows.Camera(owner);
        adjust?.Invoke(camera);
        await StoreAsync(app, db => db.Add(camera));
        var stage = new Stage(app, owner, camera);
        await stage.Recorder.ReloadAsync();
        return stage;
    }

    public static async Task<User> AddUserAsync(EvercamApp app)
    {
        var user = CatalogRows.User();
        await StoreAsync(app, db => db.Add(user));
        return user;
    }

    public static async Task StoreAsync(EvercamApp app, Action<EvercamDb> change)
    {
        await using var scope = app.Services.CreateAsyncScope();
        var db = scope.ServiceProvider.GetRequiredService<EvercamDb>();
        change(db);
        await db.SaveChangesAsync(Cancellation);
    }

    public async Task<Camera?> FindCameraAsync()
    {
        await using var scope = app.Services.CreateAsyncScope();
        return await scope.ServiceProvider.GetRequiredService<EvercamDb>().Cameras.AsNoTracking()
            .SingleOrDefaultAsync(c => c.Key == Key, Cancellation);
    }

    /// <summary>Changes the camera as its owner would.</summary>
    public async Task ChangeAsync(Action<Camera> change)
    {
        await StoreAsync(app, db => change(db.Cameras.Single(c => c.Key == Key)));
        await Recorder.ReloadAsync();
    }

    public async Task DeleteAsync()
    {
        await StoreAsync(app, db => db.Remove(db.Cameras.Single(c => c.Key == Key)));
        await Recorder.ReloadAsync();
    }

    public Task ShareAsync(User with, CameraRights rights) => StoreAsync(app, db =>
    {
        var share = CatalogRows.Share(camera, with);
        share.Rights = rights;
        db.Add(share);
    });

    public Task<Reply> GetAsync(string path) => AskAsync(HttpMethod.Get, path, owner);

    /// <summary>Asks for a path below the camera's own.</summary>
    public Task<Reply> AskAsync(
        HttpMethod method, string path, User? caller, HttpContent? content = null, Action<HttpRequestMessage>? adjust = null) =>
        AskAsync(app, method, $"cameras/{Id}/{path}", caller, content, adjust);

    public static async Task<Reply> AskAsync(
        EvercamApp app, HttpMethod method, string path, User? caller, HttpContent? content = null,
        Action<HttpRequestMessage>? adjust = null)
    {
        var keys = caller?.Credential is { } pair
            ? $"{(path.Contains('?', StringComparison.Ordinal) ? '&' : '?')}api_id={pair.ApiId}&api_key={pair.ApiKey}"
            : "";
        using var request = new HttpRequestMessage(method, path + keys) { Content = content };
        adjust?.Invoke(request);
        using var answer = await app.Client.SendAsync(request, Cancellation);
        return new Reply(
            (int)answer.StatusCode, await answer.Content.ReadAsByteArrayAsync(Cancellation), answer.Headers, answer.Content.Headers);
    }

    public Task<Reply> UploadAsync(long second, byte[]? bytes = null, string? type = "image/jpeg", string? notes = null) =>
        UploadAsync($"{second}", bytes, type, notes);

    public async Task<Reply> UploadAsync(string second, byte[]? bytes = null, string? type = "image/jpeg", string? notes = null)
    {
        using var form = Form(notes, (bytes ?? Jpeg, type));
        return await AskAsync(HttpMethod.Post, $"snapshots/{second}", owner, form);
    }

    /// <summary>A form with these files, each called <c>data</c>, written as the test means it.</summary>
    public static ByteArrayContent Form(string? notes, params (byte[] Bytes, string? Type)[] files)
    {
        var form = new MemoryStream();
        foreach (var (bytes, type) in files)
        {
            var said = type is null ? "" : $"Content-Type: {type}\r\n";
            form.Write(Encoding.ASCII.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"data\"; filename=\"a.jpg\"\r\n{said}\r\n"));
            form.Write(bytes);
            form.Write("\r\n"u8);
        }

        if (notes is not null)
        {
            form.Write(Encoding.UTF8.GetBytes($"--b\r\nContent-Disposition: form-data; name=\"notes\"\r\n\r\n{notes}\r\n"));
        }

        form.Write("--b--\r\n"u8);
        var content = new ByteArrayContent(form.ToArray());
        content.Headers.TryAddWithoutValidation("Content-Type", "multipart/form-data; boundary=b");
        return content;
    }

    /// <summary>A picture that differs from others by what stands at its end.</summary>
    public static byte[] JpegWith(params byte[] end) => [.. Jpeg, .. end];

    /// <summary>Keeps a picture as the recorder does: at a moment, not for a second.</summary>
    public Task<Snapshot> RecordAsync(DateTimeOffset moment, byte[]? bytes = null) =>
        Archive.SaveAsync(new NewSnapshot(Key, moment, PictureType.Jpeg, bytes ?? Jpeg), Cancellation);

    public Task RecordAsync(IEnumerable<long> seconds) => Task.WhenAll(
        seconds.Select(second => RecordAsync(DateTimeOffset.FromUnixTimeSeconds(second))));

    /// <summary>Nothing is stored: no row, and no pack.</summary>
    public async Task IsEmptyAsync()
    {
        (await GetAsync("snapshots")).Is(200, """{"snapshots":[]}""");
        Assert.Empty(Directory.Exists(Folder) ? Directory.EnumerateFiles(Folder, "*.tar", SearchOption.AllDirectories) : []);
    }
}
