using Evercam.Tests.Servers;

namespace Evercam.Tests.EvercamJs;

/// <summary>Images of other sites that show cameras (contract 6.1 to 6.3), looked at pixel by pixel.</summary>
public sealed class ImageTests(ScriptServer server, Chromium chromium) : IClassFixture<ScriptServer>
{
    public static readonly TheoryData<string> Versions = JQuery.Versions;

    [Theory]
    [MemberData(nameof(Versions))]
    public async Task The_pages_of_the_reference_show_pictures_that_change(string jQuery)
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium, cameras: 2);
        var page = await stage.OpenAsync(
            $$"""
            {{stage.Script}}
            <img id=a evercam='{{stage.Id}}' refresh='100' width='320' height='240'>
            <img id=b class=mine alt=Mine data-x=1>
            <script>
              window.returned = $('#b').evercam('snapshot', { name: '{{stage.Ids[1]}}', refresh: 100 }).width(320).height(240);
              $('<img id=c>').camera({ name: '{{stage.Id}}', refresh: '100' }).appendTo('body');
            </script>
            """,
            jQuery);
        await page.ShowsAsync("#a", "red");
        await page.ShowsAsync("#b", "red");
        await stage.PaintAsync("lime");
        await page.ShowsAsync("#a", "green");
        await page.ShowsAsync("#c", "green");
        await stage.PaintAsync("blue", camera: 1);
        await page.ShowsAsync("#b", "blue");
        await stage.PaintAsync("red");
        await page.ShowsAsync("#a", "red");

        Assert.Equal("320x240 320x240 b", await page.EvaluateAsync<string>(
            "`${$('#a').width()}x${$('#a').height()} ${$('#b').width()}x${$('#b').height()} ${returned.attr('id')}`"));
        Assert.Equal(
            ["alt=Mine", "class=mine", "data-x=1", "id=b"],
            await page.EvaluateAsync<string[]>(
                "[...document.querySelector('#b').attributes].map(a => `${a.name}=${a.value}`).filter(a => !/^(src|style)=/.test(a)).sort()"));
        Assert.StartsWith($"jQuery {jQuery}.", "jQuery " + await page.EvaluateAsync<string>("$.fn.jquery"), StringComparison.Ordinal);
        Assert.Empty(stage.Errors);
    }

    [Fact]
    public async Task Images_follow_their_attributes_whenever_they_come_change_and_go()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium, cameras: 2);
        await stage.PaintAsync("blue", camera: 1);
        var page = await stage.OpenAsync($"{stage.Script}<div id=box></div><img id=a>");
        await page.EvaluateAsync("id => { box.innerHTML = `<p><img id=b evercam=${id} refresh=100></p>`; a.setAttribute('evercam', id); }", stage.Id);
        await page.ShowsAsync("#a", "red");
        await page.ShowsAsync("#b", "red");
        await page.EvaluateAsync("id => b.setAttribute('evercam', id)", stage.Ids[1]);
        await page.ShowsAsync("#b", "blue");
        await stage.PaintAsync("lime", camera: 1);
        await page.ShowsAsync("#b", "green");

        // What was taken away may come back; what was wanted once is not asked for again because it moved.
        await page.EvaluateAsync("b.removeAttribute('evercam')");
        await stage.PaintAsync("red", camera: 1);
        await page.EvaluateAsync("id => b.setAttribute('evercam', id)", stage.Ids[1]);
        await page.ShowsAsync("#b", "red");
        var once = await page.EvaluateAsync<string>("a.src");
        await page.EvaluateAsync("box.append(a)");
        await stage.PaintAsync("blue", camera: 1);
        await page.ShowsAsync("#b", "blue");
        Assert.Equal(once, await page.EvaluateAsync<string>("a.src"));

        // The script may come last, and late.
        var late = await stage.OpenAsync($"<img id=a evercam='{stage.Id}'>");
        await late.EvaluateAsync(
            "src => new Promise(done => { for (const copy of [1, 2]) document.head.append(Object.assign(document.createElement('script'), { src, onload: done })); })",
            $"{stage.Address}/js/evercam.js");
        await late.ShowsAsync("#a", "red");
        Assert.Equal($"{stage.Address}/v1", await late.EvaluateAsync<string>("Evercam.apiUrl"));
    }

    [Fact]
    public async Task An_image_without_refresh_is_loaded_once_and_others_keep_time()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium, cameras: 4);
        var page = await stage.OpenAsync(
            $$"""
            {{stage.Script}}
            <script>Evercam.refresh = 4000;</script>
            <img id=once evercam={{stage.Ids[0]}} refresh=0><img id=never evercam={{stage.Ids[1]}} refresh=-5>
            <img id=default evercam={{stage.Ids[2]}} refresh=soon><img id=often evercam={{stage.Ids[3]}} refresh=1000>
            """,
            stopsClock: true);
        foreach (var image in new[] { "#once", "#never", "#default", "#often" })
        {
            await page.ShowsAsync(image, "red");
        }

        for (var second = 1; second <= 8; second++)
        {
            await page.PassAsync("#often", milliseconds: 1000);
            Assert.Equal(1 + second, stage.Cameras[3].Pictures);
        }

        await Eventually.IsTrueAsync(() => stage.Cameras[2].Pictures == 3);
        Assert.Equal((1, 1, 9), (stage.Cameras[0].Requests, stage.Cameras[1].Requests, stage.Cameras[3].Requests));
        await Eventually.IsTrueAsync(() => stage.Asked.Distinct().Count() == 14);
    }

    [Fact]
    public async Task Many_images_of_a_camera_cost_one_request_each_time()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        var image = $"<img class=all evercam='{stage.Id}' refresh=1000>";
        var page = await stage.OpenAsync(
            stage.Script + string.Concat(Enumerable.Repeat(image, 20)) + $"<evercam-camera camera={stage.Id} refresh=1></evercam-camera>",
            stopsClock: true);
        await page.ShowsAsync("evercam-camera", "red");
        for (var time = 1; time <= 3; time++)
        {
            await stage.PaintAsync(time % 2 == 0 ? "red" : "lime");
            await page.Clock.RunForAsync(1000);
            await page.ShowsAsync("evercam-camera", time % 2 == 0 ? "red" : "green");
        }

        // One that comes late sees what the others see, at once.
        await page.EvaluateAsync("image => document.body.insertAdjacentHTML('beforeend', image.replace('class=all', 'id=late'))", image);
        await page.ShowsAsync("#late", "green");
        await Eventually.IsTrueAsync(() => page.EvaluateAsync<bool>("[...document.querySelectorAll('.all')].every(img => colourOf(img) === 'green')"));
        Assert.Equal((4, 4), (stage.Camera.Requests, stage.Asked.Count));
    }

    [Fact]
    public async Task An_image_that_is_taken_away_stops_and_goes_on_when_it_is_back()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium, cameras: 3);
        var page = await stage.OpenAsync(
            $$"""
            {{stage.Script}}
            <img id=a evercam={{stage.Ids[0]}} refresh=1000><evercam-camera id=b camera={{stage.Ids[1]}} refresh=1></evercam-camera>
            <img id=c>
            <script>$('#c').evercam('snapshot', { name: '{{stage.Ids[2]}}', refresh: 1000 });</script>
            """,
            jQuery: "4", stopsClock: true);
        string[] images = ["#a", "#b", "#c"];
        await Task.WhenAll(images.Select(image => page.ShowsAsync(image, "red")));
        await page.EvaluateAsync("window.gone = $('#a, #b, #c').detach()");
        await page.Clock.RunForAsync(60_000);
        Assert.Equal(3, stage.Asked.Count);

        await Task.WhenAll(stage.PaintAsync("lime"), stage.PaintAsync("lime", camera: 1), stage.PaintAsync("lime", camera: 2));
        await page.EvaluateAsync("gone.appendTo(document.body)");
        await Task.WhenAll(images.Select(image => page.ShowsAsync(image, "green")));
        await page.Clock.RunForAsync(1000);
        await Eventually.IsTrueAsync(() => stage.Cameras.All(camera => camera.Pictures == 3));

        // "abort" ends it, for scripts of the reference's time.
        await page.EvaluateAsync("$('#a, #c').trigger('abort'); document.querySelector('#b').removeAttribute('camera')");
        await page.Clock.RunForAsync(60_000);
        Assert.Equal(9, stage.Asked.Count);
    }

    [Fact]
    public async Task Nothing_is_asked_while_nobody_looks()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        var page = await stage.OpenAsync($"{stage.Script}<img id=a evercam={stage.Id} refresh=1000>", stopsClock: true);
        await page.ShowsAsync("#a", "red");
        await page.HideAsync(true);
        await page.Clock.RunForAsync(3_600_000);
        Assert.Single(stage.Asked);

        await stage.PaintAsync("blue");
        await page.HideAsync(false);
        await page.ShowsAsync("#a", "blue");
        await page.Clock.RunForAsync(1000);
        await Eventually.IsTrueAsync(() => stage.Camera.Pictures == 3);
    }

    [Fact]
    public async Task What_a_page_gets_wrong_is_said_and_spoils_nothing_else()
    {
        const string odd = "a b/ü?#%&+\"<'";
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        var page = await stage.OpenAsync($"<meta charset=utf-8>{stage.Script}<img evercam=''><img id=a evercam={stage.Id}><img id=odd>", jQuery: "3");
        await page.ShowsAsync("#a", "red");
        await Eventually.IsTrueAsync(() => stage.Errors.Count > 0);
        Assert.StartsWith("Uncaught Error: Camera name can't be empty", Assert.Single(stage.Errors), StringComparison.Ordinal);
        foreach (var (call, message) in new[]
        {
            ("$('#a').evercam('snapshot', {})", "Camera name can't be empty"), ("$('#a').evercam('snapshot')", "Camera name can't be empty"),
            ("$('#a').camera({ name: '' })", "Camera name can't be empty"), ("$('#a').evercam('film', { name: 'x' })", "Unknown method"),
            ("$('#a').evercam()", "Unknown method"), ("$('#a').camera(null)", "Camera name can't be empty"),
        })
        {
            Assert.Equal(message, await page.EvaluateAsync<string>($"(() => {{ try {{ {call}; }} catch (e) {{ return e.message; }} }})()"));
        }

        await page.EvaluateAsync("name => $('#odd').evercam('snapshot', { name, refresh: 100000 })", odd);
        await page.SaysAsync("#odd", $"{odd}: No such camera");
        Assert.Contains("/v1/cameras/a%20b%2F%C3%BC%3F%23%25%26%2B%22%3C'/snapshot.jpg?_=", stage.Asked[^1], StringComparison.Ordinal);
        Assert.Equal("red", await page.ColourAsync("#a"));
    }

    [Fact]
    public async Task A_copy_from_elsewhere_asks_the_published_api_and_is_loaded_once()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        var copy = stage.Give("/vendor/evercam.js", "text/javascript", await stage.App.Client.GetStringAsync("/js/evercam.js", TestContext.Current.CancellationToken));
        var page = await stage.OpenAsync($"<script src='{copy}'></script>{stage.Script}<img id=a>");
        Assert.Equal("https://api.evercam.io/v1", await page.EvaluateAsync<string>("Evercam.apiUrl"));
        await page.EvaluateAsync("([url, id]) => { Evercam.setApiUrl(url); a.setAttribute('evercam', id); }", new[] { $"{stage.Address}/v1", stage.Id });
        await page.ShowsAsync("#a", "red");
        Assert.Single(stage.Asked);
    }

    [Fact]
    public async Task The_element_shows_a_camera_and_is_sized_like_an_image()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium, cameras: 2);
        await stage.PaintAsync("blue", camera: 1);
        var page = await stage.OpenAsync(
            $"{stage.Script}<evercam-camera id=a camera={stage.Id} refresh=0.1 width=200 height=100 alt=Gate></evercam-camera>");
        await page.ShowsAsync("#a", "red");
        Assert.Equal("200x100 Gate", await page.EvaluateAsync<string>(
            "(() => { const box = a.getBoundingClientRect(); return `${box.width}x${box.height} ${a.shadowRoot.querySelector('img').alt}`; })()"));
        await stage.PaintAsync("lime");
        await page.ShowsAsync("#a", "green");
        await page.EvaluateAsync("id => a.setAttribute('camera', id)", stage.Ids[1]);
        await page.ShowsAsync("#a", "blue");
        Assert.Empty(stage.Errors);
    }

    [Fact]
    public async Task The_page_about_it_shows_the_cameras_of_the_demonstration()
    {
        await using var stage = await ScriptStage.SetAsync(server, chromium);
        await server.App.AddCameraAsync(stage.Owner, "building-site", stage.Fields());
        await server.App.AddCameraAsync(stage.Owner, "harbour", stage.Fields(isPublic: false));
        var page = await stage.OpenAsync("");
        await page.GotoAsync($"{stage.Address}/docs/evercam-js");
        await page.ShowsAsync("img[evercam=building-site]", "red");
        await page.ShowsAsync("evercam-camera", "red");
        await page.SaysAsync("img[evercam=harbour]", "Harbour: Private camera");
        await stage.PaintAsync("blue");
        await page.ShowsAsync("evercam-camera", "blue");
        Assert.Equal(0, await page.GetByText("runs no demonstration").CountAsync());
        Assert.Empty(stage.Errors);
    }
}
