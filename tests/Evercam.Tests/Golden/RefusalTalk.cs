using System.Text;
using System.Text.Json.Nodes;
using Evercam.FakeCameras;
using Evercam.Storage.Catalog;
using Evercam.Tests.Snapshots;

namespace Evercam.Tests.Golden;

/// <summary>What is refused, and in which words, where the other conversations do not come by.</summary>
/// <param name="app">Where.</param>
/// <param name="talk">What is kept of it.</param>
/// <param name="joe">Whose cameras it is about.</param>
internal sealed class RefusalTalk(EvercamApp app, Conversation talk, Person joe)
{
    private const string Upload = "cameras/gate/snapshots/1397650000";

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    public async Task HoldAsync()
    {
        await OfCamerasAsync();
        await OfPicturesAsync();
        await OfBodiesAsync();
        await OfRulesAsync();
        await OfNamesAsync();
        await OfGuessesAsync();
    }

    private async Task OfCamerasAsync()
    {
        var camera = new FakeCamera("gate") { Width = 160, Height = 120, Auth = CameraAuth.Basic, UserName = "admin", Password = "s3cret" };
        await using var host = await FakeCameraHost.StartAsync([camera], Cancellation);
        talk.Say("By a camera that wants another account");
        await AddCameraAsync("gate", host.Port);
        await talk.AskAsync("GET", "cameras/gate/snapshot.jpg", joe);
        await talk.AskAsync("GET", "cameras/gate/live", joe);
        await talk.AskAsync("POST", "cameras/gate/snapshots", joe);
        await talk.AskAsync(
            "GET", $"cameras/test?external_url=http://127.0.0.1:{host.Port}&jpg_url=gate/snapshot.jpg&cam_username=admin&cam_password=wrong", joe);

        talk.Say("By a camera that does not answer");
        await AddCameraAsync("yard", 1);
        await talk.AskAsync("GET", "cameras/yard/snapshot.jpg", joe);
        await talk.AskAsync("GET", "cameras/yard/live", joe);
        await talk.AskAsync("POST", "cameras/yard/snapshots", joe);
        await talk.AskAsync("GET", "cameras/test?external_url=http://127.0.0.1:1&jpg_url=x&cam_username=&cam_password=", joe);
        await talk.AskAsync("GET", "cameras/yard/snapshots", joe);
    }

    private Task<string> AddCameraAsync(string id, int port) => app.AddCameraAsync(joe, id, new JsonObject
    {
        ["external_host"] = "127.0.0.1",
        ["external_http_port"] = port,
        ["jpg_url"] = $"/{id}/snapshot.jpg",
    });

    private async Task OfPicturesAsync()
    {
        talk.Say("What is no picture, or one too many");
        await UploadAsync("data: a text", Stage.Jpeg, "text/plain");
        await UploadAsync("data: nothing", [], "image/jpeg");
        await UploadAsync("data: no text", [], "text/plain");
        await talk.AskAsync("POST", Upload, joe, ("data", "abc"));
        await UploadAsync("data: a byte more than ten megabytes", new byte[(10 * 1024 * 1024) + 1], "image/jpeg");
        await talk.AskAsync("GET", "cameras/gate/snapshots", joe);
        await UploadAsync("data: a picture", Stage.Jpeg, "image/jpeg");
        await UploadAsync("data: a picture", Stage.Jpeg, "image/jpeg");
    }

    private async Task UploadAsync(string said, byte[] bytes, string type)
    {
        using var form = Stage.Form(null, (bytes, type));
        await talk.AskAsync("POST", Upload, joe, said, form);
    }

    private async Task OfBodiesAsync()
    {
        talk.Say("What cannot be read");
        await SendAsync("application/json", "{\"name\":");
        await SendAsync("application/json", "[]");
        await SendAsync("multipart/form-data", "--b--");
        await SendAsync("application/json", "{\"name\":{},\"is_public\":\"\",\"discoverable\":\"maybe\",\"location_lng\":\"east\"}");
    }

    private async Task SendAsync(string type, string body)
    {
        using var content = new ByteArrayContent(Encoding.UTF8.GetBytes(body));
        content.Headers.TryAddWithoutValidation("Content-Type", type);
        await talk.AskAsync("PATCH", "cameras/gate", joe, $"{type}: {body}", content);
    }

    private async Task OfRulesAsync()
    {
        talk.Say("What a new camera may not be");
        foreach (var field in Fields("external_host=x:80 timezone=Dublin mac_address=02:11:22 location_lng=1 location_lat=53.35 vendor=nobody"))
        {
            await AddAsync(field);
        }

        await AddAsync([.. Fields("external_host=http://x internal_host=x:80 external_http_port=0 timezone=Dublin mac_address=x")]);
        await AddAsync([.. Fields("location_lng=180.1 location_lat=53.35")]);
        await AddAsync([.. Fields("location_lng=1 location_lat=-90.1")]);
        await AddAsync([.. Fields("vendor=ycam model=nothing")]);
        await AddAsync(("model", "YCW005"));
        await AddAsync(("vendor", "arlo"));
        await AddAsync([.. Fields("external_host= internal_host= jpg_url= cam_username= cam_password= timezone= mac_address= vendor= model=")]);
        await AddAsync([.. Fields("external_http_port= internal_http_port=x external_rtsp_port=80.x internal_rtsp_port=- discoverable= location_lng=")]);

        talk.Say("What a camera may not become");
        await ChangeAsync([.. Fields("external_host=x:80 internal_host=http://x external_http_port=65536 internal_rtsp_port=x")]);
        await ChangeAsync([.. Fields("timezone=Dublin mac_address=02:11:22:33:44:5g")]);
        await ChangeAsync([.. Fields("location_lng=1 location_lat=")]);
        await ChangeAsync([.. Fields("location[lng]=-180.1 location[lat]=1")]);
        await ChangeAsync([.. Fields("vendor=ycam model=nothing")]);
        await ChangeAsync(("model", "YCW005"));
        await ChangeAsync([.. Fields("name= is_public=true")]);
        await ChangeAsync(("is_public", ""));
        await talk.AskAsync("PATCH", "cameras/yard", joe, [.. Fields("discoverable= location= location_lng= location_lat=")]);
    }

    /// <summary>Fields as a form writes them, with blanks between them.</summary>
    private static IEnumerable<(string Name, string Value)> Fields(string form) =>
        form.Split(' ').Select(field => field.Split('=')).Select(field => (field[0], field[1]));

    private Task AddAsync(params (string Name, string Value)[] fields) =>
        talk.AskAsync("POST", "cameras", joe, [("id", "new"), ("name", "New"), ("is_public", "true"), .. fields]);

    private Task ChangeAsync(params (string Name, string Value)[] fields) => talk.AskAsync("PATCH", "cameras/gate", joe, fields);

    private async Task OfNamesAsync()
    {
        talk.Say("A name that somebody has");
        (string, string)[] client = [("name", "Site Viewer"), ("user_name", "joe"), ("email", "joe@example.org"), ("callback_uris", "https://viewer.example.org/back")];
        await talk.AskAsync("POST", "client", joe, client);
        await talk.AskAsync("POST", "client", joe, client);
        await talk.AskAsync("GET", "client/nothing", joe);
        await talk.AskAsync("GET", "testusername?username=joe", null);
        await talk.AskAsync("GET", "testusername", null);
        await talk.AskAsync("GET", "cameras", joe);

        talk.Say("A model of a vendor that has no default");
        await app.StoreAsync(async db =>
        {
            var vendor = new Vendor { Id = "maker", Name = "Maker" };
            vendor.Models.Add(new() { Name = "One", KnownModels = ["One"] });
            db.Add(vendor);
            await db.SaveChangesAsync(Cancellation);
        });
        await talk.AskAsync("GET", "models/maker/two", joe);
        await talk.AskAsync("GET", "models/maker/*", joe);
    }

    private async Task OfGuessesAsync()
    {
        const string guess = "users/joe/credentials?password=wrong";
        for (var guesses = 0; guesses < 10; guesses++)
        {
            Assert.Equal(401, (await app.AskAsync("GET", guess, joe)).Status);
        }

        talk.Say("After ten guesses at a password");
        await talk.AskAsync("GET", guess, joe);
    }
}
