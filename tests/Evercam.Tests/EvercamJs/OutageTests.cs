using Evercam.FakeCameras;
using Evercam.Tests.Servers;
using Microsoft.Playwright;

namespace Evercam.Tests.EvercamJs;

/// <summary>What a page shows of a camera that it cannot see, and how the picture comes back by itself.</summary>
public sealed class OutageTests(ScriptServer server, Chromium chromium) : IClassFixture<ScriptServer>
{
    /// <summary>What is in the corner of an image: a mark is dark. Between two pictures, nothing is.</summary>
    private const string Corner =
        "image => { const [red, green, blue] = pixel(image, 77, 90) ?? []; return red === undefined ? '' : Math.max(red, green, blue) < 200 ? 'mark' : 'picture'; }";

    [Fact]
    public async Task An_offline_camera_keeps_its_last_picture_with_a_mark_and_comes_back()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        var page = await stage.OpenAsync(
            $"{stage.Script}<img id=a alt='Front gate' evercam={stage.Id} refresh=100><evercam-camera id=b camera={stage.Id} refresh=0.1></evercam-camera>");
        await page.ShowsAsync("#a", "red");
        await page.ShowsAsync("#b", "red");
        await HasAsync(page, "picture");
        stage.Camera.Behaviour = Behaviour.ServerError;
        await page.SaysAsync("#a", "Front gate: Camera offline, picture of ");
        await page.SaysAsync("#b", $"{stage.Id}: Camera offline, picture of ");
        await HasAsync(page, "mark");
        await page.ShowsAsync("#a", "red");
        Assert.Equal(await page.AltAsync("#a"), await page.EvaluateAsync<string>("a.title"));

        await stage.PaintAsync("lime");
        stage.Camera.Behaviour = Behaviour.Normal;
        await page.ShowsAsync("#a", "green");
        await page.ShowsAsync("#b", "green");
        Assert.Equal(
            "Front gate,,false false",
            await page.EvaluateAsync<string>("`${a.alt},${a.title},${a.hasAttribute('title')} ${b.shadowRoot.querySelector('img').hasAttribute('alt')}`"));
        await HasAsync(page, "picture");
        Assert.Empty(stage.Errors);
    }

    [Fact]
    public async Task A_camera_that_was_never_seen_has_a_placeholder_until_it_is()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        stage.Camera.Behaviour = Behaviour.LieAboutType;
        var page = await stage.OpenAsync($"{stage.Script}<img id=a evercam={stage.Id}>");
        await page.SaysAsync("#a", $"{stage.Id}: Camera offline");
        await page.ShowsAsync("#a", "other");
        stage.Camera.Behaviour = Behaviour.Normal;
        await page.ShowsAsync("#a", "red");
    }

    [Fact]
    public async Task Pictures_come_back_when_the_server_does()
    {
        var port = FreePort.Find();
        var settings = new Dictionary<string, string?>(ScriptServer.Settings) { ["urls"] = $"http://127.0.0.1:{port}" };
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        IPage page;
        await using (var first = await EvercamApp.StartAsync(settings))
        {
            await first.AddCameraAsync(await first.SignUpAsync("ann"), "gate", stage.Fields());
            page = await stage.OpenAsync($"<script src='http://127.0.0.1:{port}/js/evercam.js'></script><img id=a evercam=gate refresh=100>");
            await page.ShowsAsync("#a", "red");
        }

        await page.SaysAsync("#a", "gate: No connection, picture of ");
        await page.ShowsAsync("#a", "red");
        await stage.PaintAsync("blue");
        await using var second = await EvercamApp.StartAsync(settings);
        await second.AddCameraAsync(await second.SignUpAsync("ann"), "gate", stage.Fields());
        await page.ShowsAsync("#a", "blue");
        Assert.Equal("", await page.AltAsync("#a"));
    }

    [Fact]
    public async Task A_slow_camera_is_asked_once_at_a_time_and_holds_up_no_other()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium, cameras: 2);
        (stage.Camera.Behaviour, stage.Camera.Delay) = (Behaviour.Slow, TimeSpan.FromSeconds(4));
        var page = await stage.OpenAsync(
            $"{stage.Script}<img id=slow evercam={stage.Id} refresh=20><img id=quick evercam={stage.Ids[1]} refresh=20>");
        await stage.Camera.WaitForRequestsAsync(1, TestContext.Current.CancellationToken);
        await stage.Cameras[1].WaitForRequestsAsync(10, TestContext.Current.CancellationToken);
        var asked = stage.Asked.Count(url => url.Contains($"/{stage.Id}/", StringComparison.Ordinal));

        // On a slow machine its first picture may have come by now.
        Assert.True(asked == 1 || stage.Camera.Pictures > 0, $"{asked}");
        await page.ShowsAsync("#slow", "red");
    }

    [Fact]
    public async Task A_private_camera_is_shown_to_those_with_keys_and_others_are_told()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium, isPublic: false);
        var page = await stage.OpenAsync($"{stage.Script}<img id=a evercam={stage.Id} refresh=100><img id=once evercam={stage.Id}>");
        await page.SaysAsync("#a", $"{stage.Id}: Private camera");
        await page.ShowsAsync("#a", "other");
        await page.ShowsAsync("#once", "other");

        var keys = await KeysAsync(stage);
        await page.EvaluateAsync("keys => Evercam.setAuth(keys)", keys);
        await page.ShowsAsync("#a", "red");
        await page.ShowsAsync("#once", "red");
        Assert.Equal("", await page.AltAsync("#a"));
        Assert.Equal(
            $"{stage.Address}/v1/cameras/x/snapshot.jpg?api_id={keys["api_id"]}&api_key={keys["api_key"]}",
            await page.EvaluateAsync<string>("Evercam.Camera.snapshotUrl('x')"));

        await page.EvaluateAsync("Evercam.setAuth({ api_id: 'wrong', api_key: 'wrong' })");
        await page.SaysAsync("#a", "Wrong keys");
        await page.EvaluateAsync("Evercam.setAuth()");
        await page.SaysAsync("#a", "Private camera");
        await page.ShowsAsync("#a", "other");
        Assert.Equal(("", "red"), (await page.AltAsync("#once"), await page.ColourAsync("#once")));
    }

    [Fact]
    public async Task A_log_in_counts_on_pages_of_the_same_site_that_ask_for_it()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium, isPublic: false);
        var logIn = await stage.OpenAsync("");
        await logIn.GotoAsync($"{stage.Address}/login");
        await logIn.GetByLabel("User name or email").FillAsync(stage.Owner.Name);
        await logIn.GetByLabel("Password", new() { Exact = true }).FillAsync(stage.Owner.Password);
        await logIn.Keyboard.PressAsync("Enter");
        await logIn.GetByText(stage.Owner.Name).First.WaitForAsync();

        var html = $"{stage.Script}<img id=a evercam={stage.Id} refresh=100>";
        var page = await stage.OpenAsync(html);
        await page.SaysAsync("#a", "Private camera");
        await page.EvaluateAsync("Evercam.withCredentials = true");
        await page.ShowsAsync("#a", "red");
        Assert.True(await page.EvaluateAsync<bool>("Evercam.withCredentials"));

        var stranger = await stage.OpenAsync($"{html}<script>Evercam.withCredentials = true</script>", host: "localhost");
        await stranger.SaysAsync("#a", "Private camera");
    }

    private static async Task<Dictionary<string, string>> KeysAsync(ScriptStage stage)
    {
        var (status, body) = await stage.App.AskAsync(
            "GET", $"users/{stage.Owner.Name}/credentials?password={Uri.EscapeDataString(stage.Owner.Password)}", stage.Owner);
        Assert.Equal(200, status);
        var keys = System.Text.Json.Nodes.JsonNode.Parse(body)!;
        return new() { ["api_id"] = (string)keys["api_id"]!, ["api_key"] = (string)keys["api_key"]! };
    }

    private static Task HasAsync(IPage page, string corner) =>
        Eventually.IsTrueAsync(async () => await page.EvaluateAsync<string>(Corner, "#a") == corner);
}
